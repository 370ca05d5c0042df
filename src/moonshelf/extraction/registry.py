"""Every format there is: a closed tuple, looked up by the media type that the bytes show."""

from moonshelf.extraction.archives.pressed import PRESSED
from moonshelf.extraction.archives.signed import SIGNED
from moonshelf.extraction.archives.tars import TAR
from moonshelf.extraction.archives.zips import ZIP
from moonshelf.extraction.format import Format, finder
from moonshelf.extraction.mail.messages import MAILBOX, MESSAGE
from moonshelf.extraction.mail.outlook import OUTLOOK
from moonshelf.extraction.mail.tnef import TNEF
from moonshelf.extraction.markup.ebooks import EBOOK
from moonshelf.extraction.markup.fiction_books import FICTION_BOOK
from moonshelf.extraction.markup.hypertext import HYPERTEXT
from moonshelf.extraction.markup.mobipocket import MOBIPOCKET
from moonshelf.extraction.markup.structured import (
    CAPTION,
    EDITION,
    FEED,
    JOURNAL_ARTICLE,
    LITERATURE,
    MANUAL,
    MAP,
    OUTLINE,
    PATENT,
    PROGRAM_TEXT,
    REPORT,
    TOPIC,
    TRANSLATION,
)
from moonshelf.extraction.markup.vectors import SVG
from moonshelf.extraction.markup.web_archives import WEB_ARCHIVES
from moonshelf.extraction.media.playback import MEDIA
from moonshelf.extraction.office.flat_packages import FLAT_PACKAGE
from moonshelf.extraction.office.ole.encrypted_packages import ENCRYPTED_OFFICE
from moonshelf.extraction.office.opendocument.packages import OPENDOCUMENT, OPENDOCUMENT_FLAT
from moonshelf.extraction.office.rich_text.documents import RICH_TEXT
from moonshelf.extraction.office.sheets.binary import EXCEL_BINARY
from moonshelf.extraction.office.sheets.packed import EXCEL_PACKED
from moonshelf.extraction.office.sheets.parquet import PARQUET
from moonshelf.extraction.office.sheets.spelt import EXCEL_SPELT
from moonshelf.extraction.office.sheets.workbooks import EXCEL
from moonshelf.extraction.office.slides.binary import POWERPOINT_BINARY
from moonshelf.extraction.office.slides.presentations import POWERPOINT
from moonshelf.extraction.office.word.binary import WORD_BINARY
from moonshelf.extraction.office.word.documents import WORD
from moonshelf.extraction.office.word.spelt import WORD_SPELT
from moonshelf.extraction.pages.images import IMAGE
from moonshelf.extraction.pages.metafiles import METAFILE
from moonshelf.extraction.pages.pdf import PDF
from moonshelf.extraction.text.content_lines import CONTENT_LINES
from moonshelf.extraction.text.delimited import DELIMITED
from moonshelf.extraction.text.notebooks import NOTEBOOKS
from moonshelf.extraction.text.numbered import NUMBERED
from moonshelf.extraction.text.plain_text import PLAIN_TEXT
from moonshelf.extraction.text.substation import SUBSTATION
from moonshelf.extraction.text.subtitles import SUBTITLES

FORMATS: tuple[Format, ...] = (
    WORD,
    EXCEL,
    POWERPOINT,
    WORD_BINARY,
    EXCEL_BINARY,
    EXCEL_PACKED,
    EXCEL_SPELT,
    FLAT_PACKAGE,
    WORD_SPELT,
    POWERPOINT_BINARY,
    OPENDOCUMENT,
    OPENDOCUMENT_FLAT,
    RICH_TEXT,
    PARQUET,
    ENCRYPTED_OFFICE,
    PDF,
    IMAGE,
    METAFILE,
    HYPERTEXT,
    WEB_ARCHIVES,
    EBOOK,
    MOBIPOCKET,
    FICTION_BOOK,
    JOURNAL_ARTICLE,
    MANUAL,
    EDITION,
    PATENT,
    FEED,
    REPORT,
    TOPIC,
    OUTLINE,
    TRANSLATION,
    CAPTION,
    MAP,
    PROGRAM_TEXT,
    LITERATURE,
    MESSAGE,
    MAILBOX,
    OUTLOOK,
    TNEF,
    NOTEBOOKS,
    SVG,
    ZIP,
    TAR,
    PRESSED,
    SIGNED,
    *MEDIA,
    DELIMITED,
    CONTENT_LINES,
    NUMBERED,
    SUBTITLES,
    SUBSTATION,
    PLAIN_TEXT,
)

find = finder(*FORMATS)
