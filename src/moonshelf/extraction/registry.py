"""Every format there is: a closed tuple, looked up by the media type that the bytes show."""

from moonshelf.errors import UnsupportedFormat
from moonshelf.extraction.ebooks import EBOOK
from moonshelf.extraction.fiction_books import FICTION_BOOK
from moonshelf.extraction.format import Format
from moonshelf.extraction.hypertext import HYPERTEXT
from moonshelf.extraction.images import IMAGE
from moonshelf.extraction.mobipocket import MOBIPOCKET
from moonshelf.extraction.notebooks import NOTEBOOKS
from moonshelf.extraction.ole_streams import ENCRYPTED_OFFICE
from moonshelf.extraction.pdf import PDF
from moonshelf.extraction.plain_text import PLAIN_TEXT
from moonshelf.extraction.sheets import EXCEL
from moonshelf.extraction.sheets_binary import EXCEL_BINARY
from moonshelf.extraction.sheets_packed import EXCEL_PACKED
from moonshelf.extraction.slides import POWERPOINT
from moonshelf.extraction.slides_binary import POWERPOINT_BINARY
from moonshelf.extraction.vectors import SVG
from moonshelf.extraction.word import WORD
from moonshelf.extraction.word_binary import WORD_BINARY

FORMATS: tuple[Format, ...] = (
    WORD,
    EXCEL,
    POWERPOINT,
    WORD_BINARY,
    EXCEL_BINARY,
    EXCEL_PACKED,
    POWERPOINT_BINARY,
    ENCRYPTED_OFFICE,
    PDF,
    IMAGE,
    HYPERTEXT,
    EBOOK,
    MOBIPOCKET,
    FICTION_BOOK,
    NOTEBOOKS,
    SVG,
    PLAIN_TEXT,
)

_FORMAT = {media_type: one for one in FORMATS for media_type in one.media_types.values()}


def find(media_type: str) -> Format:
    """Return the format that reads *media_type*. Raises ``UnsupportedFormat``."""
    try:
        return _FORMAT[media_type]
    except KeyError:
        raise UnsupportedFormat(media_type=media_type) from None
