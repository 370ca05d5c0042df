"""Packages of Office and OpenDocument, as small as readers accept them."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

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
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that zip can say: the same bytes on any day
SHEET_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def archive(parts: Mapping[str, str | bytes]) -> BytesIO:
    """Pack *parts* as a zip archive, which is the same each time."""
    return BytesIO(zipped(parts))


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return the bytes of such an archive."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


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
