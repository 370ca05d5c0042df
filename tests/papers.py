"""PDFs written by hand, for tests: each page is a content stream in Helvetica, Courier and their bolds."""

from collections.abc import Sequence

_FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}


def text(words: str, x: float, y: float, *, size: float = 11, font: str = "F1") -> str:
    """Return the operators that show *words* with their baseline at *y* from the bottom."""
    shown = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({shown}) Tj ET"


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return the operators that stroke a line."""
    return f"0.8 w {x1} {y1} m {x2} {y2} l S"


def pdf(
    pages: Sequence[Sequence[str]],
    *,
    title: str = "",
    rotate: int = 0,
    locked: bool = False,
    catalog: str = "",
    page_entries: str = "",
    more: Sequence[str] = (),
) -> bytes:
    """Return a PDF of US letter pages; a *locked* one asks for a password that nobody knows.

    *catalog* and *page_entries* are added to these dictionaries; the objects *more* are numbered after all others,
    from 5 + 2 * pages on.
    """
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(pages)))
    fonts = " ".join(f"/{key} << /Type /Font /Subtype /Type1 /BaseFont /{name} >>" for key, name in _FONTS.items())
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"<< /Title ({title}) >>",
        f"<< /Font << {fonts} >> >>",
    ]
    for index, page in enumerate(pages):
        content = "\n".join(page)
        objects += [
            (
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources 4 0 R "
                f"/Rotate {rotate} /Contents {6 + 2 * index} 0 R {page_entries} >>"
            ),
            f"<< /Length {len(content.encode())} >>\nstream\n{content}\nendstream",
        ]
    return _file([*objects, *more], locked=locked)


def _file(objects: Sequence[str], *, locked: bool) -> bytes:
    out, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    secret = "5a" * 32
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >> /ID [<00> <00>]"
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R {lock if locked else ''} >>"
    return out + f"trailer {trailer}\nstartxref\n{start}\n%%EOF\n".encode()
