"""Every kind of file that Kimi lists is read, and told by its bytes: under any name where they tell it."""

from io import BytesIO

import pytest

from extraction.tools import TOOLS
from moonshelf.extraction import sniffing
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.registry import find
from samples.formats import SAMPLES

_LISTED = (  # wire.md 2.6, the longer of its lists
    ".pdf .txt .csv .doc .docx .xls .xlsx .ppt .pptx .md .jpeg .png .bmp .gif .svg .svgz .webp .ico .xbm .dib .pjp "
    ".tif .pjpeg .avif .dot .apng .epub .tiff .jfif .html .json .mobi .log .go .h .c .cpp .cxx .cc .cs .java .js .css "
    ".jsp .php .py .py3 .asp .yaml .yml .ini .conf .ts .tsx"
)
_MORE = (  # which people upload besides
    ".rtf .odt .ods .odp .dotx .docm .xlsm .xlsb .eml .msg .mbox .ipynb .fb2 .azw3 .xml .rst .tex .org .toml .tsv .vtt "
    ".srt .parquet .zip .tar .heic .heif .jp2"
)
_ALIKE = {
    ".dib": ".bmp",
    ".dot": ".doc",
    ".heif": ".heic",
    ".jfif": ".jpeg",
    ".pjp": ".jpeg",
    ".pjpeg": ".jpeg",
    ".tif": ".tiff",
}
_BY_EXTENSION = {f".{place.partition('/')[0]}": content for place, content in SAMPLES.items()}
_NAMED = {
    ".mbox",
    ".csv",
    ".tsv",
    ".md",
    ".tex",
    ".properties",
    ".txt",
    ".xml",
    ".xbm",
    ".ass",
}  # text that its name tells
_CODE = "int main(void) {\n\treturn 0; // größer < kleiner & so on\n}\n"


def _sample(extension: str) -> bytes:
    content = _BY_EXTENSION.get(_ALIKE.get(extension, extension))
    return content() if content else _CODE.encode()


@pytest.mark.parametrize("extension", f"{_LISTED} {_MORE}".split())
def test_every_listed_kind_has_a_reader(extension: str) -> None:
    content = _sample(extension)
    one = find(sniffing.media_type(BytesIO(content), f"upload{extension}"))
    assert one.name
    if content == _CODE.encode():
        assert isinstance(one, Flowing)
        assert to_markdown(one.extract(BytesIO(content), TOOLS)) == _CODE


@pytest.mark.parametrize("extension", sorted(set(_BY_EXTENSION) - _NAMED))
def test_bytes_tell_what_a_file_is_whatever_it_is_called(extension: str) -> None:
    content = _BY_EXTENSION[extension]()
    own = sniffing.media_type(BytesIO(content), f"upload{extension}")
    for other in ("", ".bin", ".pdf", ".docx", ".jpeg"):
        assert sniffing.media_type(BytesIO(content), f"upload{other}") == own
