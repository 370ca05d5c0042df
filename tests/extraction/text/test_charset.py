"""Bytes become the characters that were meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.extraction import spelling
from moonshelf.extraction.charset import declared_in, decode, is_text

CHINESE = "这是一个关于编码的测试文件。我们在这里写一些中文句子、用来检查检测是否正确。\n"
TAIWAN = "這是一個關於編碼的測試檔案。我們在這裡寫一些中文句子、用來檢查。\n"
JAPANESE = "これは日本語のテストファイルです。文字コードの検出が正しいかどうかを確認します。\n"
KOREAN = "이것은 한국어 시험 파일입니다. 문자 인코딩 감지가 올바른지 확인합니다.\n"
RUSSIAN = "Это тестовый файл на русском языке. Мы проверяем, правильно ли определяется кодировка.\n"
GERMAN = "Die Größe der Äpfel überraschte Käufer während der Straßenfeste in München.\n"
POLISH = "Zażółć gęślą jaźń. Łódź jest pięknym miastem, w którym żyją ludzie.\n"
CROATIAN = "Čovjek koji želi učiti šuti i sluša, a žurba ga ništa ne košta; đak piše zadaću.\n"
SLOVAK = "Môžete sa presúvať šípkami alebo klávesmi, ktoré ležia vedľa seba; ďalší krok je ľahší než prvý.\n"
GREEK = "Αυτό είναι ένα αρχείο δοκιμής για τον έλεγχο της κωδικοποίησης.\n"  # noqa: RUF001  Greek, not Latin
ARABIC = "هذا ملف اختبار باللغة العربية للتحقق من اكتشاف الترميز.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (CHINESE, "utf-32"),
        (TAIWAN, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (KOREAN, "euc-kr"),
        (KOREAN, "iso2022-kr"),
        (KOREAN, "utf-16-le"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "iso8859-5"),
        (POLISH, "iso8859-2"),
        (CROATIAN, "iso8859-2"),
        (CROATIAN, "cp1250"),
        (GREEK, "iso8859-7"),
        (ARABIC, "iso8859-6"),
        (GERMAN, "cp1252"),
        (POLISH, "cp1250"),
        (GREEK, "cp1253"),
        (ARABIC, "cp1256"),
        ("plain ASCII\n", "utf-16-le"),
        ("plain ASCII\n", "utf-32-be"),
    ],
)
def test_a_text_is_read_in_its_own_encoding(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    assert is_text(content)
    assert decode(content).text == text
    assert not decode(content).broken


def test_the_first_telling_word_may_come_after_megabytes_of_ascii() -> None:
    content = b"plain\n" * 100_000 + RUSSIAN.encode("cp1251")
    assert decode(content).text.endswith(RUSSIAN)


@pytest.mark.parametrize(
    ("text", "encoding"), [(SLOVAK, "iso8859-2"), (SLOVAK, "cp1250"), (CROATIAN, "iso8859-2"), (JAPANESE, "cp932")]
)
def test_rulers_and_code_between_the_lines_do_not_hide_a_language(text: str, encoding: str) -> None:
    whole = f"{text}{'=' * 76}\n  $ cd ~\\docs && make all  # one two three\n" * 10
    assert decode(whole.encode(encoding)).text == whole


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("příliš mnoho zkratek časového pásma\nsmetí na konci řádku", "iso8859-2"),
        ("Šířka\nVýška nebo šířka obrázku je 0", "iso8859-2"),
        ("Nedá sa premenovať súbor, názov súboru už existuje", "iso8859-2"),
        ("Název přidružené akce\nNázev stránky potomka", "iso8859-2"),
        ("Drži tipko Command in pritisni preslednico\nče želiš več", "cp1250"),
        ("Pozdě v noci, à la carte, où l'été s'achève", "cp1252"),
        ("Książka jest na stole, są też dwie łyżki", "cp1250"),
    ],
)
def test_a_few_words_of_central_europe_are_told_from_those_of_windows(text: str, encoding: str) -> None:
    content = text.encode(encoding, "ignore")
    assert decode(content).text == content.decode(encoding)


def test_a_byte_that_no_letter_has_does_not_turn_cyrillic_into_that_of_macs() -> None:
    content = RUSSIAN.encode("cp1251")
    decoded = decode(content[:9] + b"\x98" + content[9:])
    assert decoded.text.replace("\ufffd", "") == RUSSIAN
    assert decoded.broken == 1
    assert decode(RUSSIAN.encode("mac-cyrillic")).text == RUSSIAN


def test_a_broken_byte_does_not_turn_utf8_into_another_encoding() -> None:
    decoded = decode(RUSSIAN.encode() + b"\xff" + RUSSIAN.encode())
    assert decoded.text == f"{RUSSIAN}\ufffd{RUSSIAN}"
    assert decoded.broken == 1


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("iso-8859-8-i", "iso8859-8", "שלום"),
        ("ISO_8859-8-I", "iso8859-8", "שלום"),
        ("windows-874", "cp874", "สวัสดี"),
        ("x-sjis", "cp932", "①髙橋"),
        ("sjis", "cp932", "①髙橋"),
        ("iso88592", "iso8859-2", "Łódź"),
        ("x-cp1251", "cp1251", "мир"),
        ("iso-8859-9", "cp1254", "“ığ”"),
        ("windows-949", "cp949", "똠"),
        ("EUC-CN", "gb18030", "镕"),
        ("cp-850", "cp850", "Größe"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), declared=label).text == text


def test_the_first_declaration_counts_that_is_one_and_stands_in_no_comment() -> None:
    old = b'<!-- <meta charset="iso-8859-5"> --><meta charset="bogus"><meta charset="koi8-r"><meta charset="utf-8">'
    assert declared_in(b"<html>" + b" " * 9000 + old) == "koi8-r"
    assert declared_in(b'<!-- <meta charset="koi8-r">') == ""
    assert declared_in(b'<meta charset="base64"><meta charset="idna">') == ""


def test_a_text_that_declares_utf8_is_utf8_as_long_as_most_of_it_is() -> None:
    whole = "Über uns: wir schätzen Qualität und Zuverlässigkeit. "
    damaged = whole.encode() * 3 + b"Gr\xfcn und sch\xf6n."
    assert decode(damaged, declared="UTF-8").text == f"{whole * 3}Gr\ufffdn und sch\ufffdn."
    assert decode(whole.encode("cp1252"), declared="utf-8").text == whole


def test_a_text_that_declares_ascii_or_latin1_is_utf8_where_that_is_no_accident() -> None:
    assert decode("café".encode(), declared="us-ascii").text == "café"
    assert decode(RUSSIAN.encode(), declared="iso-8859-1").text == RUSSIAN
    assert decode("CAFÉ\u2019S".encode("cp1252"), declared="latin1").text == "CAFÉ\u2019S"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(TAIWAN, "big5"), (CHINESE, "gb18030"), (JAPANESE, "cp932"), (JAPANESE, "euc-jp"), (KOREAN, "cp949")],
)
def test_a_few_broken_bytes_do_not_make_another_script_of_a_text(text: str, encoding: str) -> None:
    damaged = b"".join(text.encode(encoding) * 8 + b"\x81 \n" for _ in range(5))
    for decoded in (decode(damaged), decode(damaged, declared=encoding)):
        assert decoded.text.count(text) >= 5 * 7
        assert decoded.broken


def test_a_genuine_replacement_character_is_not_counted_as_broken() -> None:
    assert decode("kept: \ufffd".encode()).broken == 0


def test_source_code_that_looks_like_utf7_or_hz_stays_as_it_is() -> None:
    for code in ("if a+AGE-b: +AOk-", "x = ~{VPND~}"):
        assert decode(code.encode()).text == code


def test_a_declared_encoding_is_believed_where_it_decodes() -> None:
    assert decode("Łódź".encode("iso8859-2"), declared="ISO-8859-2").text == "Łódź"
    assert decode("“quoted”".encode("cp1252"), declared="iso-8859-1").text == "“quoted”"
    assert decode(RUSSIAN.encode(), declared="utf-16").text == RUSSIAN
    assert decode(RUSSIAN.encode(), declared="base64").text == RUSSIAN


@pytest.mark.parametrize(
    ("phrase", "encoding"),
    [
        ("Mañana será otro día.", "cp1252"),
        ("¿Qué tal, señora?", "cp1252"),
        ("les élèves étaient très fatigués", "cp1252"),
        ("perché così è più facile", "cp1252"),
        ("Größe und Maß", "cp1252"),
        ("čeština je těžká", "cp1250"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("değişiklik", "cp1254"),
        ("Привет мир", "cp1251"),
    ],
)
def test_a_few_words_are_of_the_likeliest_language(phrase: str, encoding: str) -> None:
    assert decode(phrase.encode(encoding)).text == phrase


@pytest.mark.parametrize(
    ("phrase", "encoding"),
    [
        ("Voilà l'été à Paris", "cp1252"),  # no word of Cyrillic begins in Latin letters
        ("Déjà vu, garçon", "cp1252"),
        ("Łódź, ulica Piotrkowska", "cp1250"),  # nor is a sign of pounds part of one
        ("Łódź, ulica Piotrkowska", "iso8859-2"),
        ("Привет, мир!", "iso8859-5"),  # capitals end none
        ("Молоко, хлеб, сыр, яйца", "cp866"),
        ("Молоко, хлеб, сыр, яйца", "iso8859-5"),
        ("Москва", "cp866"),
        ("שלום עולם", "cp1255"),  # Kazakh, for all the bytes tell
        ("สวัสดีชาวโลก", "cp874"),  # Chinese with a character that no standard names
        ("Grüße aus München", "cp850"),
        ("Die Straße ist gesperrt, bitte fahren Sie über Köln.", "cp850"),
        ("A reunião será na segunda-feira às dez horas, não esqueça.", "cp850"),
        ("Chers collègues, la réunion aura lieu lundi à dix heures.", "mac-roman"),
        ("パリ\nパルマ\nパロ\nパルワーン", "cp932"),
        ("カタカナのテスト", "euc_jp"),
        ("こんにちは世界", "euc_jp"),
        ("名前,年齢,住所\n佐藤太郎,30,東京\n三木英子,25,大阪\n", "euc_jp"),
        ("商品番号、商品名、価格、数量、在庫、龜田、合計金額、請求書、郵便番号\n", "euc_jp"),
        ("姓名,年龄,城市\n张伟,30,北京\n李娜,25,上海\n", "gb18030"),
        ("이름,나이,도시\n김철수,30,서울\n박영희,25,부산\n", "cp949"),
    ],
)
def test_a_few_words_are_in_what_makes_words_of_them(phrase: str, encoding: str) -> None:
    assert decode(phrase.encode(encoding)).text == phrase


@pytest.mark.parametrize(
    ("drawn", "page"),
    [
        ("C:.\n│   a.txt\n│\n└───src\n        b.c\n", "cp437"),
        ("├───Übersicht\n│       Größe.txt\n└───São Tomé\n", "cp850"),
        ("┌──────────┬───────────┐\n│ Příjmení │ žluťoučký │\n└──────────┴───────────┘\n", "cp852"),
        ("├───Договоры\n│       счёт.doc\n└───Москва\n", "cp866"),
        ("▄▄▄▄▄▄▄▄▄▄▄▄\n█ ░▒▓ Setup ▓▒░ █\n▀▀▀▀▀▀▀▀▀▀▀▀\n", "cp437"),
    ],
)
def test_what_a_console_drew_is_told_by_its_lines(drawn: str, page: str) -> None:
    assert decode(drawn.encode(page)).text == drawn


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Цена: ДДД.ДД, ДДДД, цифры ДДЦД\n", "cp1251"),
        ("哪哪哪里、在那里。\n", "gb18030"),
        ("Liste des élèves\n°°°°°°°°°°°°°°°°°°°°\nThérèse Lefèvre, née à Besançon\n", "cp1252"),
        ("Maße der Türen und Fenster: \n±±±±±±±±±±±±±±±±±±±±±\nGrößer als üblich\n", "cp1252"),
    ],
)
def test_letters_are_not_lines_because_they_repeat(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 1),
        ("plain words", 1),
        ("für Ökonomen, ÄRZTE und O'Neill\u2019s Prêt-à-porter", 1),
        ("Voil\u0430", 0),  # its last letter is Cyrillic
        ("Gr\u203an Blå", 0.5),
        ("straÆe", 0),
        ("\u043a\u0430\u043cEra", 0),
        ("PCの設定 と Wi-Fi環境", 1),
        ("Stra疇 ist", 0),
        ("£ukasz £5", 0.5),
        ("\ue031 \ufffd \x86 é", 0.25),
    ],
)
def test_words_are_told_by_their_letters(text: str, share: float) -> None:
    assert spelling.well_spelt(text) == share


@pytest.mark.parametrize(
    "text", ["a\0b text with a zero\nand more text\n" * 30, "Gr\xf6\xdfe\0n of the words that go on and on here\n" * 30]
)
def test_a_stray_zero_does_not_make_chinese_of_a_text(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("content", [bytes(100), b"\x7fELF\x02\x01\x01" + bytes(57), bytes(range(256)) * 4])
def test_zeros_and_controls_are_not_text(content: bytes) -> None:
    assert not is_text(content)


@settings(max_examples=200, deadline=None)
@given(st.binary(), st.text(max_size=20))
def test_any_bytes_are_decoded_whatever_they_declare(content: bytes, declared: str) -> None:
    assert isinstance(decode(content, declared=declared).text, str)
    is_text(content)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_utf8_without_controls_comes_back_as_it_was(text: str) -> None:
    content = text.encode()
    if (
        is_text(content)
        and not content.startswith((b"\xef\xbb\xbf", b"\xff", b"\xfe"))
        and not {"\x1b", "\0"} & set(text)
    ):
        assert decode(content).text == text
