"""What an OLE compound file is for, told by the names in its root."""

from typing import BinaryIO

from moonshelf.extraction.containers.compound_file import BROKEN, CompoundFile

ENCRYPTED = "application/x-ole-encrypted"
_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("__nameid_version1.0", "application/vnd.ms-outlook"),
    ("VisioDocument", "application/vnd.visio"),
    ("Quill", "application/x-mspublisher"),
    ("\x05HwpSummaryInformation", "application/x-hwp"),
    ("MatOST", "application/vnd.ms-works"),
)
_KINDS = {name.upper(): kind for name, kind in _STREAMS}  # in which case a program writes them means nothing
_ENTRIES = 1024  # of them that are looked at
_BY_NAME = {
    ".doc": "application/msword",
    ".dot": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".xlt": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pps": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}


def media_type(source: BinaryIO, extension: str) -> str:
    """Name the media type of the OLE container *source*, whose header is known to be there."""
    names = _names(source)
    found = [kind for stream, kind in _KINDS.items() if stream in names]
    expected = _BY_NAME.get(extension, "application/x-ole-storage")
    if not found or (expected in found and found[0] != ENCRYPTED):
        return expected
    return found[0]


def _names(source: BinaryIO) -> set[str]:
    try:
        names = CompoundFile(source, most_entries=_ENTRIES).names()
    except BROKEN:
        return set()
    return {name.decode("utf-16-le", "replace").upper() for name in names}
