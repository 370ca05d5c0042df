"""HEIC, the photographs of telephones: a decoder of its own beside those that Pillow has."""

from typing import BinaryIO


def begins(source: BinaryIO) -> bool:
    """Tell from the first bytes whether *source* may be HEIC: AVIF shares its container."""
    source.seek(0)
    head = source.read(12)
    source.seek(0)
    return head[4:8] == b"ftyp" and head[8:11] != b"avi"


def teach_pillow() -> None:
    """Have Pillow read HEIC; asked only for files that may be, because it loads two libraries more."""
    import pi_heif  # type: ignore[import-untyped]  # noqa: PLC0415 - ships no types; heavy: libheif and libde265

    pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
