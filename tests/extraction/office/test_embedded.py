"""Files that Office documents embed are taken out and read, or named as not read."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.tools import nesting
from moonshelf.extraction.document import Document
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office import embedded
from moonshelf.extraction.office.ole.copies import copied
from moonshelf.extraction.office.ole.streams import Streams
from moonshelf.extraction.office.opendocument import packages
from moonshelf.extraction.office.rich_text import documents as rich_text
from moonshelf.extraction.office.slides import binary as presentations
from moonshelf.extraction.office.word import binary, documents
from moonshelf.extraction.tools import Limits
from samples.compound_files import Tree, ole, write
from samples.office import opendocument, slides_binary, word, word_binary
from samples.packages import archive, relations

TOOLS = nesting()


def packager(name: str, content: bytes) -> bytes:
    """Write a file as the packager keeps it."""
    head = struct.pack("<H", 2) + rf"C:\{name}".encode() + b"\0" + b"path\0" + struct.pack("<HHI", 0, 3, 2) + b"t\0"
    return struct.pack("<I", 0) + head + struct.pack("<I", len(content)) + content


def old_word(text: str) -> Tree:
    return {**word_binary.streams([(f"{text}\r", word_binary.PLAIN)])}


def old_slides(kind: int, content: bytes, instance: int) -> BytesIO:
    """Write a presentation of one slide, with one object more."""
    return ole(slides_binary.streams(slides_binary.slide(), slides_binary.atom(kind, content, instance)))


def test_files_in_a_document_are_read_behind_it() -> None:
    inner = archive(word.parts(word.paragraph("Costs rise."))).getvalue()
    files = {
        "Costs.docx": inner,
        "a.bin": write({"\x01Ole10Native": packager("notes.txt", b"Plain notes")}),
        "b.bin": write({"Package": inner}),
        "c.bin": write(old_word("Old words")),
        "d.bin": write({"Equation Native": b"x"}),
        "e.bin": write({"package_stream": inner}),
    }
    links = relations(*((name, "package", f"embeddings/{name}") for name in files))
    parts = {**word.parts(word.paragraph("Body."), {"word/_rels/document.xml.rels": links})}
    packed: dict[str, str | bytes] = {**parts, **{f"word/embeddings/{name}": one for name, one in files.items()}}
    found = to_markdown(documents.extract(archive(packed), TOOLS))
    assert found.startswith("Body.\n\n## Embedded file: Costs.docx\n\nCosts rise.")
    assert "## Embedded file: notes.txt\n\nPlain notes\n\n## Embedded file: b.bin\n\nCosts rise." in found
    assert "## Embedded file: c.bin\n\nOld words\n\n## Embedded file: e.bin\n\nCosts rise." in found
    assert found.endswith("> Embedded files were not read: d.bin.")


def _old_document() -> Document:
    pool: Tree = {
        "_1": old_word("Inside"),
        "_2": {"CompObj": b"x"},
        "_3": {"\x01Ole10Native": packager("a.csv", b"1,2")},
    }
    return binary.extract(BytesIO(write({**old_word("Outside"), "ObjectPool": pool})), TOOLS)


def test_documents_in_an_old_document_are_read_behind_it() -> None:
    found = to_markdown(_old_document())
    assert found.startswith("Outside\n\n## Embedded file: object 1\n\nInside\n\n## Embedded file: a.csv\n\n")
    assert found.endswith("> Embedded files were not read: object 2.")


def test_documents_two_deep_are_read_and_those_below_them_named() -> None:
    held: Tree = old_word("Too deep")
    for text in ("Deeper", "Inside", "Outside"):
        held = {**old_word(text), "ObjectPool": {"_1": held}}
    found = to_markdown(binary.extract(BytesIO(write(held)), TOOLS))
    assert "Outside\n\n## Embedded file: object 1\n\nInside\n\n#### Embedded file: object 1\n\nDeeper" in found
    assert "it is packed more than 2 deep" in found
    assert "Too deep" not in found


def test_a_document_in_an_opendocument_file_is_read_behind_it() -> None:
    frame = '<draw:frame><draw:object-ole xlink:href="./Object 1"/></draw:frame>'
    parts: dict[str, str | bytes] = {**opendocument.parts(f"<text:p>Outside{frame}</text:p>")}
    file = archive({**parts, "Object 1": write(old_word("Inside"))})
    assert "Outside\n\n## Embedded file: object 1\n\nInside" in to_markdown(packages.extract(file, TOOLS))


def test_files_in_rich_text_are_read_behind_it() -> None:
    def spelt(kind: bytes, native: bytes) -> str:
        names = struct.pack("<I", len(kind) + 1) + kind + b"\0" + bytes(8)
        return (struct.pack("<II", 0x501, 2) + names + struct.pack("<I", len(native)) + native).hex()

    objects = (
        spelt(b"Word", write(old_word("Inside"))),
        spelt(b"Package", packager("a.txt", b"Notes")[4:]),
        "01",
        "zz",
    )
    body = "".join(rf"{{\object\objemb{{\*\objclass X}}{{\*\objdata {one}}}{{\result seen }}}}" for one in objects)
    found = to_markdown(rich_text.extract(BytesIO(rf"{{\rtf1 Outside {body}\par}}".encode()), TOOLS))
    assert found.startswith(
        "Outside seen seen seen seen\n\n## Embedded file: object 1\n\nInside\n\n## Embedded file: a.txt"
    )
    assert found.endswith("> Embedded files were not read: object 3, object 4.")


@pytest.mark.parametrize("pressed", [False, True])
def test_a_document_in_an_old_presentation_is_read_behind_it(pressed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    content = write(old_word("Inside"))
    stored = struct.pack("<I", len(content)) + zlib.compress(content) if pressed else content
    file = old_slides(0x1011, stored, int(pressed))
    assert "## Embedded file: object 1\n\nInside" in to_markdown(presentations.extract(file, TOOLS))


def test_damaged_objects_are_named() -> None:
    for stored, instance in ((b"\0\0\0\0damaged", 1), (b"no file", 0)):
        file = old_slides(0x1011, stored, instance)
        assert presentations.extract(file, TOOLS).warnings == ("Embedded files were not read: object 1.",)


def test_what_is_hidden_in_an_embedded_file_is_withheld_from_the_one_around_it() -> None:
    hidden = word.run("secret", "<w:vanish/>")
    inner = archive(word.parts(f"<w:p>{hidden}</w:p>")).getvalue()
    found = embedded.with_embedded(Document(()), [("a.docx", inner)], TOOLS)
    assert found.pages[0].coverage.words_hidden == 1
    assert "secret" not in to_markdown(found)


@given(
    st.dictionaries(st.from_regex("[abc]{1,9}(/[abc]{1,2}){0,3}", fullmatch=True), st.binary(max_size=20), max_size=40)
)
def test_a_copied_storage_holds_what_it_held(streams: dict[str, bytes]) -> None:
    copy = Streams.of(BytesIO(copied(streams)), Limits())
    assert {name: content.rstrip(b"\0") for name, content in copy.all()} == {
        name: content.rstrip(b"\0") for name, content in streams.items()
    }


@given(st.binary(max_size=60))
def test_any_bytes_of_the_packager_are_a_file_or_none(content: bytes) -> None:
    _, found = embedded.opened("a.bin", write({"\x01Ole10Native": b"\0\0\0\0\2\0" + content}), TOOLS)
    assert found is None or found in content
