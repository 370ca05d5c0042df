"""What the first bytes of a file that is not text say it is."""

import re
from collections.abc import Callable, Mapping

from moonshelf.extraction.charset import is_utf_8

WEB_ARCHIVE = "application/x-webarchive"
PROPERTY_LIST, WEB_PAGE = b"bplist00", b"WebMainResource"  # what web archives begin with, and name near their beginning
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x09\x00\x04\x00", "application/vnd.ms-excel"),  # sheets of Excel 2 to 4, before there were containers
    (b"\x09\x02\x06\x00", "application/vnd.ms-excel"),
    (b"\x09\x04\x06\x00", "application/vnd.ms-excel"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"8BPS\0", "image/vnd.adobe.photoshop"),
    (b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (b"\1\0\x09\0\0\3", "image/wmf"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"MThd\0", "audio/midi"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-wmv"),
    (b"FLV\x01", "video/x-flv"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"\0\0\x01\xb3", "video/mpeg"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MSCF\0", "application/vnd.ms-cab-compressed"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-executable"),
    (b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (b"\xce\xfa\xed\xfe", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\0asm", "application/wasm"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"ARROW1", "application/vnd.apache.arrow.file"),
    (b"Obj\x01", "application/avro"),
    (b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (b"\x93NUMPY", "application/x-npy"),
    (b"OTTO\0", "font/otf"),
    (b"\0\x01\0\0\0", "font/ttf"),
    (b"ttcf\0", "font/collection"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"ITSF", "application/vnd.ms-htmlhelp"),
    (b"ITOLITLS", "application/x-ms-reader"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"AC10", "image/vnd.dwg"),
    (b"\xffWPC", "application/vnd.wordperfect"),
    (b"!BDN", "application/vnd.ms-outlook-pst"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (PROPERTY_LIST, "application/x-bplist"),
)
_SPACE = rb"(?:\s|#[^\n]{0,200}\n){1,20}"
_FIGURE = _SPACE + rb"\d{1,6}"
_ANYMAP = re.compile(rb"P(?:4" + _FIGURE * 2 + rb"|[56]" + _FIGURE * 3 + rb")\s")
_BY_TWO = {start[:2]: [one for one in _STARTS if one[0][:2] == start[:2]] for start, _ in _STARTS}  # bytes
_BRANDS: Mapping[bytes, str] = {  # ISO base media: the major brand, then the first compatible one that is known
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4P ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_STILLS = (b"mif1", b"msf1")  # any still picture: the compatible brands say in which coding
_RIFF: Mapping[bytes, str] = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})  # sizes of the header that follows the file's own
_BMP_DEPTHS = frozenset({1, 2, 4, 8, 16, 24, 32})  # bits a pixel
_BMP_PACKINGS = 6  # ways to pack them, and none
_MPEG_AUDIO = re.compile(rb"\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][\x00-\xef]")  # layers II and III; I is extinct
_TAR_SUM = re.compile(rb"[0-7]{1,7}")
_TRANSPORT_PACKET = 188


def is_anymap(head: bytes) -> bool:
    """Tell a picture of Netpbm whose pixels are bytes: those that are spelt in figures are text."""
    begin = _ANYMAP.match(head)
    return bool(begin) and (b"\0" in head or not is_utf_8(head, cut=True))


def recognise(head: bytes, extension: str) -> str:
    """Name the media type of a binary file by its *head*, or return nothing."""
    for start, media_type in _BY_TWO.get(head[:2], ()):
        if head.startswith(start):
            return _refined(media_type, head, extension)
    return next(filter(None, (shape(head) for shape in _SHAPES)), "") or _bitmap(head, extension)


def _refined(media_type: str, head: bytes, extension: str) -> str:
    if media_type == "image/png" and b"acTL" in head[: max(0, head.find(b"IDAT"))]:
        return "image/apng"
    if media_type == "video/x-ms-wmv" and extension == ".wma":
        return "audio/x-ms-wma"  # one container: only the name says so
    return media_type


def _riff(head: bytes) -> str:
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    return _RIFF.get(head[8:12], "") if head.startswith((b"RIFF", b"RF64")) else ""


def _enhanced(head: bytes) -> str:
    return "image/emf" if head[:4] == b"\1\0\0\0" and head[40:44] == b" EMF" else ""


def _iso_media(head: bytes) -> str:
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return "video/quicktime"  # from before file types were named inside
    if head[4:8] != b"ftyp":
        return ""
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    if brands[0][:2] == b"3g":
        return "video/3gpp"
    if brands[0] in _STILLS:
        return next((_BRANDS[brand] for brand in brands if brand in _BRANDS and brand not in _STILLS), "image/heic")
    return _BRANDS.get(brands[0], "video/mp4")


def _palm(head: bytes) -> str:
    return "application/x-mobipocket-ebook" if head[60:68] in (b"BOOKMOBI", b"TEXtREAd") else ""


def _bitmap(head: bytes, extension: str) -> str:
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "image/bmp"
    if int.from_bytes(head[:4], "little") in _BMP_HEADERS and (extension in (".dib", ".bmp") or _is_headless(head)):
        return "image/bmp"
    if head[:4] in (b"\0\0\x01\0", b"\0\0\x02\0") and head[5:6] == b"\0" and head[4:5] != b"\0":
        return "image/vnd.microsoft.icon"
    return ""


def _is_headless(head: bytes) -> bool:
    """Tell a bitmap without the file's own header, as the clipboard has it: one plane, known depth and packing."""
    planes, depth, packing = (
        int.from_bytes(head[at : at + size], "little") for at, size in ((12, 2), (14, 2), (16, 4))
    )
    return planes == 1 and depth in _BMP_DEPTHS and packing <= _BMP_PACKINGS


def _matroska(head: bytes) -> str:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return ""
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def _ogg(head: bytes) -> str:
    if not head.startswith(b"OggS\0"):
        return ""
    return "video/ogg" if b"\x80theora" in head[:512] else "audio/ogg"


def _tar(head: bytes) -> str:
    block = head[:512]
    if block[257:262] == b"ustar":
        return "application/x-tar"
    stated = block[148:156].strip(b"\0 ")
    if len(block) < 512 or not _TAR_SUM.fullmatch(stated):  # noqa: PLR2004  tar's block
        return ""
    summed = sum(block) - sum(block[148:156]) + 8 * ord(" ")
    return "application/x-tar" if int(stated, 8) == summed else ""


def _mpeg(head: bytes) -> str:
    if head.startswith(b"ID3") and len(head) > 10 and head[3] < 0x10:  # noqa: PLR2004  ten bytes, a small version
        return "audio/mpeg"
    if head[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return "audio/aac"
    if _MPEG_AUDIO.match(head):
        return "audio/mpeg"
    packets = head[: 5 * _TRANSPORT_PACKET : _TRANSPORT_PACKET]
    return "video/mp2t" if len(packets) > 2 and set(packets) == {0x47} else ""  # noqa: PLR2004  chance must be small


_SHAPES: tuple[Callable[[bytes], str], ...] = (_enhanced, _riff, _iso_media, _palm, _matroska, _ogg, _tar, _mpeg)
