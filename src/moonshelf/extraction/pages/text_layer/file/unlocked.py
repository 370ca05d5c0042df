"""Unlocked: a PDF that opens without a password, but is encrypted, as a copy that is not."""

import ctypes


def copied(data: bytes, most: int) -> bytes | None:
    """Return the PDF *data* without its encryption; None where it stays shut, or *most* bytes do not hold it."""
    from pypdfium2 import PdfDocument, PdfiumError, internal, raw  # noqa: PLC0415 heavy: PDFium

    copy = bytearray()

    def write(_: object, piece: int, size: int) -> bool:
        copy.extend(ctypes.string_at(piece, size))
        return len(copy) <= most

    try:
        document = PdfDocument(data)
    except PdfiumError:
        return None  # whoever reads it next says why
    writer = raw.FPDF_FILEWRITE(version=1)
    internal.set_callback(writer, "WriteBlock", write)
    try:  # PDFium stops at a piece that is not taken, but does not mind if that is the last one
        saved = raw.FPDF_SaveAsCopy(document, writer, raw.FPDF_REMOVE_SECURITY)
        return bytes(copy) if saved and len(copy) <= most else None
    finally:
        document.close()
