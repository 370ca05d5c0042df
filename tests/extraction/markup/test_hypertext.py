"""HTML read as a browser shows it."""

import contextlib
import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import ExtractionError
from moonshelf.extraction.document import Document
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.hypertext import extract


def document(markup: str) -> Document:
    return extract(BytesIO(markup.encode()), TOOLS)


def content(markup: str) -> str:
    return to_markdown(document(markup))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2>Two</h2><p>One\n line.<p>Next", "## Two\n\nOne line.\n\nNext"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc"),
        ("one<br>two", "one\ntwo"),
        ("<b>bold</b>, <i> leaning </i> and <code>x</code>", "**bold**, *leaning* and `x`"),
        ("<b><strong>once</strong></b><b> </b>", "**once**"),
        ("10<sup>6</sup> of H<sub>2</sub>O", "10<sup>6</sup> of H<sub>2</sub>O"),
        ("<del>4</del><ins>5</ins> and <strike>6</strike>", "~~4~~5 and ~~6~~"),
        ("<ruby>東京<rt>とうきょう</rt></ruby>へ", "東京(とうきょう)へ"),
        (
            "<ruby><b>漢</b><rp>[</rp><rt>かん</rt><rp>]</rp>字<rp>[</rp><rt>じ</rt><rp>]</rp></ruby>",
            "**漢**(かん)字(じ)",
        ),
        ('<a href="https://a.example/x">there</a>', "[there](https://a.example/x)"),
        ('<a href="https://a.example/">https://a.example/</a>', "https://a.example/"),
        ('<a href="#top">up</a> <a href="javascript:x()">do</a> <a href="p.html">p</a>', "up do p"),
        ('<a href="https://a.example/"><div>card</div><p>text</a>', "card\n\ntext"),
        ('<img src="data:image/png;base64,AAAA" alt="a plot"> <img src="x.png">', "![a plot]()"),
        ("<ul><li>a<ol><li>b<li>c</ol><li>d</ul>", "- a\n  1. b\n  2. c\n- d"),
        ('<ol start="3" type="a"><li><p>x</p><p>y</p><li value="9">z</ol>', "- c. x\n  y\n- i. z"),
        ("<h1>T</h1><ul><li><h2>In</h2>text</ul>", "# T\n\n## In\n\n- text"),
        ('<pre class="language-py">a\n  <b>b</b><br>c\n</pre>', "```py\na\n  b\nc\n```"),
        ("<p>a&nbsp;b &amp; &lt;c&gt;</p>", "a b & <c>"),
        ("<math><mi>x</mi> <mo>+</mo> <mn>1</mn></math>", "x+1"),
        ("<math><mi>x</mi><br>forgotten end", "xforgotten end"),
        ("<math><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></math>", "$x^2$"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup></math>", "$x^{2}$"),
        ("<q>cited</q>", "“cited”"),
        (
            'a<a role="doc-noteref" href="#n">1</a> b<sup><a role="doc-noteref" href="#n">2</a></sup>',
            "a<sup>1</sup> b<sup>2</sup>",
        ),
        ('c<a role="doc-noteref" href="#n"><sup>3</sup></a>', "c<sup>3</sup>"),
        (
            '<input type="checkbox">a <input type=radio checked>b <input value="c"><input type=hidden value="d">',
            "☐ a ☒ b c",
        ),
        (
            '<button>Go</button><input type=checkbox>x "<input type=radio>y"',
            'Go ☐ x "☐ y"',
        ),
        (
            '<input placeholder="Your name"><input value=Ann placeholder=no><input type=submit value="Send">',
            "Your name Ann Send",
        ),
        (
            "<input type=reset><input type=image alt=Search><input type=range value=3>",
            "Search",
        ),
        ("<select><optgroup label=Fruit><option>Apple<optgroup><option>Pear</select>", "Fruit\n\nApple\n\nPear"),
        ("<dialog open>Seen</dialog>a<marquee>Goes by</marquee>b", "Seen\n\na\n\nGoes by\n\nb"),
    ],
)
def test_markup_becomes_markdown(markup: str, expected: str) -> None:
    assert content(f"<html><body>{markup}</body></html>") == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><th>a<th>b<tr><td>1<td>2<br>3", "| a | b |\n| --- | --- |\n| 1 | 2<br>3 |"),
        (
            "<tr><td rowspan=2>a<td colspan=9>b<tr><td>c<td>d",
            '<table>\n<tr><td rowspan="2">a</td><td colspan="2">b</td></tr>\n<tr><td>c</td><td>d</td></tr>\n</table>',
        ),
        ("<tr><td><ul><li>x<li>y</ul><td>z", "| - x<br>- y | z |\n| --- | --- |"),
        ("<caption>Figures</caption><tr><td>1<td>2", "Figures\n\n| 1 | 2 |\n| --- | --- |"),
        ("<tr><td>just<tr><td>layout", "just\n\nlayout"),
        ("<tr><td>&nbsp;<td>A letter<tr><td>in a frame<td>", "A letter\n\nin a frame"),
        ("<tr><td>menu<td><table><tr><td>1<td>2</table>", "menu\n\n| 1 | 2 |\n| --- | --- |"),
    ],
)
def test_tables_of_data_are_tables_and_others_are_not(table: str, expected: str) -> None:
    assert content(f"<table>{table}</table>") == expected


def test_scripts_and_styles_are_no_words() -> None:
    page = document("<style>p {}</style><script>if (a < b) go()</script><p>seen</p>")
    assert to_markdown(page) == "seen"


@pytest.mark.parametrize(
    "attributes", ["hidden", 'style="color: red; DISPLAY : none"', 'style="visibility:hidden"', 'style="font-size:0"']
)
def test_what_a_browser_hides_is_left_out_and_counted(attributes: str) -> None:
    markup = f"<p>seen</p><div {attributes}>ignore <b>all</b> that<script>x y</script> was said</div><p>after</p>"
    assert content(markup) == "seen\n\nafter\n\n> 5 words of hidden text withheld."


def test_the_title_heads_a_page_without_a_heading_of_its_own() -> None:
    assert content("<title> The\n title </title><p>text") == "# The title\n\ntext"
    assert content("<title>Site</title><h1>Page</h1>") == "# Page"
    assert document("<title>Site</title><h1>Page</h1>").metadata == {"title": "Site"}


def test_an_empty_script_or_title_of_xhtml_does_not_swallow_the_page() -> None:
    markup = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head>'
    assert content(f"{markup}<body><p>caf&eacute;&nbsp;&amp; more</p></body></html>") == "café & more"


def test_a_dialog_that_has_not_opened_is_withheld() -> None:
    assert content("<dialog>not yet</dialog>a") == "a\n\n> 2 words of hidden text withheld."


@pytest.mark.parametrize("tag", ["section", "main", "article", "header", "my-element"])
def test_a_page_without_a_body_is_read_whatever_it_begins_with(tag: str) -> None:
    assert content(f"<!DOCTYPE html><title>T</title><style>x</style><{tag}>one</{tag}><p>two") == "# T\n\none\n\ntwo"


def test_what_a_page_says_about_itself_is_no_part_of_it() -> None:
    about = "<metadata><dc-metadata><dc:Creator>T</dc:Creator></dc-metadata></metadata>"
    assert content(f"<html><head>{about}</head><body><svg>{about}<text>a</text></svg></body>") == "a"


def test_an_address_in_angle_brackets_does_not_swallow_what_follows() -> None:
    assert content("<p>mail <http://a.example> to <b>me</b></p>") == "mail to **me**"


def test_a_frame_that_spells_out_its_page_is_read_where_it_stands() -> None:
    inner = "&lt;iframe srcdoc='deep'>&lt;/iframe>&lt;h2>two&lt;/h2>&lt;script>x&lt;/script>"
    assert content(f'<p>one<iframe srcdoc="{inner}">not shown</iframe><p>three') == "one\n\ndeep\n\n## two\n\nthree"
    assert content('<iframe srcdoc="unseen" style="display:none"></iframe>a').startswith("a\n\n> 1 word of hidden")


def test_formulas_are_read_as_mathjax_is_told_them_unless_it_has_drawn_them() -> None:
    told = '<script type="math/tex">x^2</script>'
    assert content(f"<p>Here {told} is") == "Here $x^2$ is"
    assert content(f"<p>Here {told.replace('tex', 'tex; mode=display')}") == "Here $$x^2$$"
    assert content(f'<p>Here <span class="MathJax">x²</span>{told}') == "Here x²"


_TOLD = "<math><mi>x</mi><mo>=</mo><mn>1</mn></math>"


@pytest.mark.parametrize(
    "formula",
    [
        f'<span>{_TOLD}</span><span aria-hidden="true"><span>x</span><span>=</span><span>1</span></span>',
        f'<nobr aria-hidden="true"><span>x=1</span></nobr><span role="presentation">{_TOLD}</span>',
        f'<mjx-math aria-hidden="true"><mi>x=1</mi></mjx-math><mjx-assistive-mml>{_TOLD}</mjx-assistive-mml>',
        f'<span style="display: none">{_TOLD}</span><img src="x.svg" aria-hidden="true" alt="x=1">',
    ],
)
def test_a_formula_that_is_drawn_beside_its_mathml_is_read_once(formula: str) -> None:
    assert content(f"<p>If <span>{formula}</span> then") == "If x=1 then"


def test_what_listeners_are_spared_is_read_where_no_formula_stands_for_it() -> None:
    assert content('<p><span aria-hidden="true">seen</span> <span>and</span> <i aria-hidden="true">more</i>') == (
        "seen and *more*"
    )


def test_signs_of_a_formula_are_read_where_only_styles_stand_for_them() -> None:
    page = "<style>.ignored{display:none}</style><p><i class=ignored>(</i>a<i class=ignored>)/(</i>b<i class=ignored>)"
    assert content(page) == "*(*a*)/(*b*)*"
    assert content("<p>a<span hidden>(b)</span>") == "a\n\n> 1 word of hidden text withheld."


def test_wikipedias_frame_around_a_formula_is_no_part_of_it() -> None:
    told = '<annotation encoding="application/x-tex">{\\displaystyle x^{2}}</annotation>'
    assert content(f"<math><semantics><mi>x</mi>{told}</semantics></math>") == "$x^{2}$"


def test_a_template_that_stands_in_the_place_of_its_element_is_shown() -> None:
    assert content('<a-card><template shadowrootmode="open"><p>one</p></template><p>two</p></a-card>') == "one\n\ntwo"


@pytest.mark.parametrize("tag", ["listing", "xmp"])
def test_what_html_called_preformatted_before_is_so(tag: str) -> None:
    assert content(f"one<{tag}>a\n  b</{tag}>two") == "one\n\n```\na\n  b\n```\n\ntwo"


def test_what_follows_the_end_of_a_page_is_read() -> None:
    assert content("<html><body>a</body></html>\n<p>b</p></HTML >c") == "a\n\nb\n\nc"


def test_a_page_is_read_in_the_encoding_it_declares() -> None:
    markup = '<meta charset="windows-1251"><p>Это тест</p>'.encode("cp1251")
    assert to_markdown(extract(BytesIO(markup), TOOLS)) == "Это тест"


@pytest.mark.parametrize("markup", ["", "<!-- -->", "<html/>", '<?xml version="1.0"?>'])
def test_a_page_of_nothing_has_no_text_and_nothing_to_say(markup: str) -> None:
    assert content(markup) == ""


def test_code_keeps_its_lines_wherever_it_stands() -> None:
    assert content("<pre><div>a</div><div>b</div></pre>") == "```\na\nb\n```"
    assert content("<table><tr><td><pre>a\n b</pre><td>c</table>") == "| a<br>b | c |\n| --- | --- |"
    assert content("<pre> </pre><ol type=I><li>x</ol>") == "- I. x"


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert "root:" not in content(f'<?xml version="1.0"?>{bomb}<html><body>&b; &f;</body></html>')


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "deep",
        "<b><i>" * 100_000 + "deep",
        "<ul><li>" * 50_000 + "deep",
        "<table><tr><td>" * 30_000 + "deep",
        "<span hidden>" * 1_500 + "</span>" * 1_500 + "deep",
        "<p>deep" * 100_000,
        "<table>" + "<tr><td colspan=1000 rowspan=65534>deep" * 20_000,
        "<pre>" * 2_000 + "deep",
        "<a href=http://x>" * 20_000 + "deep",
        "<!--" * 100_000 + "--><p>deep",
        '<?xml version="1.0"?><!DOCTYPE x [' + "]" * 100_000 + "><p>deep",
    ],
)
def test_deep_and_long_pages_are_read_in_time(markup: str) -> None:
    began = time.process_time()
    assert "deep" in content(markup)
    assert time.process_time() - began < 15


def test_a_page_too_deep_for_structure_says_so_and_keeps_scripts_out() -> None:
    deep = "<div>" * 5_000 + "<script>a < b</script><!-- c -->one<p>two</p></script>"
    assert content(deep).startswith("one\ntwo\n\n> The page is too deep")
    assert "deep\n\n> The page is too deep or too large" in content("<div>" * 5_000 + "deep")


def test_words_in_the_place_of_a_bracket_are_withheld() -> None:
    assert (
        content("<ruby>a<rp>(</rp><rt>b</rt><rp>two words</rp></ruby>") == "a(b)\n\n> 2 words of hidden text withheld."
    )


def test_of_a_page_of_frames_what_stands_for_them_is_read() -> None:
    frames = (
        "<frameset><frame src='a'/><noframes><body><h1>Menu</h1><p>See <b>here</b></p></body></noframes></frameset>"
    )
    assert content(frames) == "# Menu\n\nSee **here**"
    assert content(f"<?xml version='1.0'?><html>{frames}</html>") == "# Menu\n\nSee **here**"
    assert content("<p>text</p><noframes>old</noframes>").startswith("text\n\n> 1 word")


_TAGS = [
    "table",
    "tr",
    "td",
    "ul",
    "li",
    "ol",
    "p",
    "pre",
    "b",
    "a",
    "h1",
    "svg",
    "math",
    "br",
    "select",
    "template",
    "html",
    "body",
    "noframes",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*(f"<{tag}>" for tag in _TAGS), *(f"</{tag}>" for tag in _TAGS), "word ", "< "])))
def test_no_word_of_any_tag_soup_is_lost(pieces: list[str]) -> None:
    page = document("".join(pieces))
    emitted = "".join(block.text + "".join(cell.text for cell in block.cells) for block in page.pages[0].blocks)
    hidden = page.pages[0].coverage.words_hidden
    assert emitted.count("word") + hidden >= pieces.count("word ")


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_any_bytes_give_a_document_or_an_extraction_error(data: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        to_markdown(extract(BytesIO(b"<p>" + data), TOOLS))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p><math><mi>x</mi></math> is less than <b aria-hidden=true>seven</b>", "seven"),
        ("<p><math><mi>x</mi></math> begins</p><p aria-hidden=true>Next paragraph</p>", "Next paragraph"),
        ("<math aria-hidden=true><mi>a</mi></math><math aria-hidden=true><mi>b</mi></math>", "a"),
    ],
)
def test_what_is_hidden_from_those_who_listen_is_no_drawing_of_any_formula_near_it(page: str, words: str) -> None:
    assert words in content(page)


def test_what_stands_beside_nothing_that_is_drawn_is_withheld_with_its_formula() -> None:
    assert "secret" not in content("<div hidden><math><mi>x</mi></math>secret</div><i aria-hidden=true></i><p>seen")


def test_hidden_elements_inside_each_other_are_looked_at_once() -> None:
    began = time.process_time()
    content("<p>x</p>" + "<i hidden>" * 2_000 + "(" + "</i>" * 2_000)
    assert time.process_time() - began < 2
