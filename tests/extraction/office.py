"""Office files built in code, as small as readers accept them."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

from hypothesis import strategies as st

from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.facts import Limits, Tools

TOOLS = Tools(recognise=lambda _raster: ())
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{space}"'
    for prefix, space in {
        "w": "wordprocessingml/2006/main",
        "p": "presentationml/2006/main",
        "a": "drawingml/2006/main",
        "c": "drawingml/2006/chart",
        "dgm": "drawingml/2006/diagram",
        "r": "officeDocument/2006/relationships",
        "m": "officeDocument/2006/math",
        "mc": "markup-compatibility/2006",
        "wp": "drawingml/2006/wordprocessingDrawing",
        "xdr": "drawingml/2006/spreadsheetDrawing",
    }.items()
)
SHEET_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def limited(**limits: int) -> Tools:
    """Return tools with other limits."""
    return Tools(recognise=TOOLS.recognise, limits=Limits(**limits))


def archive(parts: Mapping[str, str | bytes]) -> BytesIO:
    """Pack *parts* as a zip archive."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    file.seek(0)
    return file


def relations(*targets: tuple[str, str, str]) -> str:
    """Write a part of relations: id, kind and target of each; targets with a colon are outside."""
    each = (
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if ':' in target else ''}/>"
        for name, kind, target in targets
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{''.join(each)}</Relationships>"
    )


def ole(streams: Mapping[str, bytes]) -> BytesIO:
    """Write an OLE file of *streams* in its root; all in whole sectors, none in the mini stream."""
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    bodies, entries, chain = [], [], []
    first = 2  # after one sector of allocation and one of directory
    assert len(streams) <= 3
    for place, (name, content) in enumerate(sorted(padded.items(), key=lambda one: (len(one[0]), one[0].upper()))):
        count = -(-len(content) // 512)
        bodies.append(content.ljust(count * 512, b"\0"))
        right = place + 2 if place + 1 < len(padded) else -1
        entries.append(_entry(name, 2, right=right, child=-1, first=first, size=len(content)))
        chain += [*range(first + 1, first + count), -2]
        first += count
    entries.insert(0, _entry("Root Entry", 5, right=-1, child=1 if padded else -1, first=-2, size=0))
    tables = -(-(first + 8) // 127) - 1  # further sectors of allocation, at the end
    links = [-3, -2, *chain, *([-3] * tables)]
    sectors = struct.pack(f"<{len(links)}i", *links).ljust((tables + 1) * 512, b"\xff")
    places = [0, *range(first, first + tables)]
    header = struct.pack(
        "<8s16xHHHHH6xIIiIIiIiI", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, len(places), 1, 0,
        4096, -2, 0, -2, 0,
    ) + struct.pack("<109i", *places, *([-1] * (109 - len(places))))  # fmt: skip
    directory = b"".join(entries).ljust(512, b"\0")[:512]
    return BytesIO(header + sectors[:512] + directory + b"".join(bodies) + sectors[512:])


def _entry(name: str, kind: int, *, right: int, child: int, first: int, size: int) -> bytes:
    spelled = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBiii36xiQ", spelled, len(spelled), kind, 1, -1, right, child, first & -1 if first >= 0 else -2, size
    )


def texts(document: Document, *kinds: Kind) -> list[str]:
    """Return the texts of all blocks, or of those of some *kinds*."""
    return [block.text for block in blocks(document) if not kinds or block.kind in kinds]


def blocks(document: Document) -> list[Block]:
    """Return all blocks of all pages."""
    return [block for page in document.pages for block in page.blocks]


def rows(block: Block) -> list[list[str]]:
    """Return the texts of a table, row by row, without its gaps."""
    found: dict[int, list[str]] = {}
    for cell in block.cells:
        found.setdefault(cell.row, []).append(cell.text)
    return [found[row] for row in sorted(found)]


def table(document: Document) -> list[list[str]]:
    """Return the texts of the only table of a document."""
    (one,) = [block for block in blocks(document) if block.kind is Kind.TABLE]
    return rows(one)


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """Return *sound* with some bytes of it overwritten, taken out or put in."""
    content = bytearray(sound)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        end = at + draw(st.integers(0, 8))
        content[at:end] = draw(
            st.one_of(
                st.binary(max_size=8), st.sampled_from((b"\xff\xff\xff\xff", b"\0\0\0\0", b"<", b"\xff\xff\xff\x7f"))
            )
        )
    return bytes(content)


@st.composite
def damaged_parts(draw: st.DrawFn, parts: Mapping[str, str]) -> BytesIO:
    """Pack *parts*, one of which is damaged: zip's checksums would hide it from the reader otherwise."""
    name = draw(st.sampled_from(sorted(parts)))
    return archive({**parts, name: draw(damaged(parts[name].encode()))})
