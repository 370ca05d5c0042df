"""Rich Text Format, in any of the code pages it comes in."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, ClassVar

from msgspec.structs import replace

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.embedded import Embedded, linked, with_embedded
from moonshelf.extraction.office.ole.properties import codec
from moonshelf.extraction.office.raised import shifted
from moonshelf.extraction.office.rich_text import tokens
from moonshelf.extraction.office.rich_text.characters import CHARACTERS
from moonshelf.extraction.office.rich_text.destinations import (
    INFORMATION,
    KNOWN,
    MARGINS,
    NOTES,
    SILENT,
    TARGETS,
)
from moonshelf.extraction.office.rich_text.fields import Field
from moonshelf.extraction.office.rich_text.fonts import Fonts
from moonshelf.extraction.office.rich_text.information import Information
from moonshelf.extraction.office.rich_text.rows import SHAPES
from moonshelf.extraction.office.rich_text.spelt_pictures import Spelt, SpeltPictures
from moonshelf.extraction.office.rich_text.states import CHANGES, State
from moonshelf.extraction.office.rich_text.stories import INNER_EDGE, Stories, Story
from moonshelf.extraction.tools import Tools

_DEEPEST = 10_000  # groups inside groups
_WORD_ART = "gtextUNICODE"  # name of a shape's property
_TABLES = ("fonts", "styles", "picture")  # targets in which words are of the table
_BEGINNING = re.compile(r"\s*\{\\rtf", re.ASCII)
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a document as its author sees it: hidden text withheld, deleted text gone."""
    source.seek(0)
    content = source.read().decode("latin-1")
    if not _BEGINNING.match(content):
        raise CorruptDocument("it does not begin as Rich Text does")
    reader = _Reader(tokens.Tokens(content), Withheld(tools.include), SpeltPictures(tools))
    reader.read()
    return with_embedded(reader.document(), reader.embedded(tools), tools)


class _Reader:
    """One reading of one document, token by token."""

    def __init__(self, found: tokens.Tokens, withheld: Withheld, pictures: SpeltPictures) -> None:
        self._tokens = found
        self._state, self._stack = State(), [State()]
        self._stories = Stories()
        self._fields: list[Field] = []
        self._pending: list[str] = []  # characters, each a byte of its code page
        self._skip = 0
        self._codec, self._default_font = "cp1252", -1
        self._fonts = Fonts()
        self._headings: dict[int, int] = {}
        self._style_entry = 0
        self._information = Information()
        self._property = ""  # of a shape: its name
        self._author = ""
        self._withheld = withheld
        self._embedded: list[bytes] = []
        self._pictures, self._picture = pictures, None  # type: SpeltPictures, Spelt | None

    def read(self) -> None:
        """Read all tokens."""
        for token in self._tokens:
            kind = token.lastindex
            if kind == tokens.TEXT:
                self._text(token[0])
            elif kind == tokens.CODES:
                self._characters(bytes.fromhex(token[0].replace("\\'", "")).decode("latin-1"))
            elif kind == tokens.BINARY:
                self._binary(int(token[tokens.SIZE] or 0))
            else:
                if self._pending:
                    self._flush()
                self._skip = 0
                if kind == tokens.CONTROLS:
                    self._controls(token[0])
                elif kind == tokens.OPEN:
                    self._open(*token.group(tokens.STAR, tokens.OPENING, tokens.NUMBER))
                elif kind == tokens.CLOSE:
                    self._close()
                else:
                    self._follow(token[tokens.SYMBOL], "")

    def document(self) -> Document:
        """Return what was read."""
        if self._pending:
            self._flush()
        blocks = self._stories.close(self._state)
        page = self._withheld.page(1, blocks)
        return self._pictures.pictures.noted(Document((page,), self._information.metadata()))

    def embedded(self, tools: Tools) -> Iterator[Embedded]:
        """Yield the files in it."""
        for number, content in enumerate(self._embedded, start=1):
            yield linked(f"object {number}", content, tools)

    def _text(self, text: str) -> None:
        if text := text.replace("\n", "").replace("\r", "").replace("\0", ""):  # breaks of lines are none of paragraphs
            self._characters(text)

    def _characters(self, text: str) -> None:
        if self._skip:
            taken = min(self._skip, len(text))
            text, self._skip = text[taken:], self._skip - taken
        if self._state.target != "picture":
            self._pending.append(text)
        elif self._picture:
            self._picture.digits.append(text)

    def _flush(self) -> None:
        text = "".join(self._pending)
        self._pending.clear()
        self._put(self._fonts.decode(text, self._state.font, codec=self._codec))

    def _put(self, text: str) -> None:
        state = self._state
        if state.target != "text":
            self._put_apart(state.target, text)
        elif state.hidden and self._withheld.takes(text, "hidden text"):
            return
        elif not state.deleted:
            self._stories.now.parts.append(shifted(text, state.place) if state.place else text)

    def _put_apart(self, target: str, text: str) -> None:
        match target:
            case "number" | "drawn":
                story = self._stories.now
                setattr(story, target, getattr(story, target) + text)
            case "instruction" | "entry" if self._fields:
                self._fields[-1].take(target, text)
            case "commentator":
                self._author += text
            case "property":
                self._property += text
            case "own name" | "own value":
                self._information.take_own(text, value=target == "own value")
            case "fonts":
                self._fonts.take_name(text)
            case "styles":
                if named := _HEADING.match(text.strip()):
                    self._headings[self._style_entry] = int(named[1])
            case _ if target in INFORMATION:
                self._information.take(target, text)

    def _open(self, star: str | None, word: str | None, number: str | None) -> None:
        self._stack.append(replace(self._state))
        if len(self._stack) > _DEEPEST:
            raise LimitReached("its groups nest too deeply")
        if word and not self._opens(word, starred=star is not None):
            self._follow(word, number)

    def _close(self) -> None:
        opened = len(self._stack)
        if self._fields and self._fields[-1].opened == opened:
            self._fields.pop().end(self._stories.now.parts)
        if self._picture and self._picture.opened == opened:
            self._end_picture(self._picture)
        if self._stories.now.opened == opened:
            self._stories.end(self._state)
        if opened > 1:
            self._state = self._stack.pop()

    def _end_picture(self, picture: Spelt) -> None:
        if picture.embedded:
            self._embedded.append(picture.content())
        else:
            self._stories.now.anchored += self._pictures.shown(picture)
        self._picture = None

    def _begin_story(self, word: str) -> bool:
        if self._state.target != "text":
            return False
        self._stories.begin(word, len(self._stack))
        self._state = State(font=self._default_font, skipped=self._state.skipped)
        if word == "annotation" and self._author:
            self._stories.now.parts.append(f"{self._author.strip()}: ")
            self._author = ""
        return True

    def _controls(self, run: str) -> None:
        telling = self._state.target in _TABLES
        for word, number in tokens.controls(run):
            self._skip = 0
            if word in self._TELLING or telling:
                self._follow(word, number)  # as few: most words are of looks

    def _binary(self, size: int) -> None:
        content = self._tokens.binary(size)
        if self._picture and self._state.target == "picture":
            self._picture.binary = content

    def _follow(self, word: str, number: str | None) -> None:
        state = self._state
        if word == "u":
            self._unicode(int(number or 0))
        elif word in CHARACTERS:
            self._put(CHARACTERS[word])
        elif state.target in _TABLES:
            self._table_word(word, int(number or 0))
        elif (change := CHANGES.get(word)) is not None:
            change(state, int(number or 1))
        elif (declare := self._DECLARATIONS.get(word)) is not None:
            declare(self, int(number or 1))
        elif state.target == "text" and (end := self._ENDS.get(word)) is not None:
            end(self._stories.now, state)
        elif state.target == "text" and (shape := SHAPES.get(word)) is not None:
            shape(self._stories.now.shape, int(number or 0))

    def _opens(self, word: str, *, starred: bool) -> bool:
        """Follow a word that says what its group is for, and say whether it does."""
        if self._state.target == "nowhere" and word != "ud":
            return True
        if starred and word not in KNOWN:
            return self._pass_over(word)
        opening = self._OPENINGS.get(word)
        return opening is not None and opening(self, word)

    def _pass_over(self, word: str) -> bool:
        self._state.target = "nowhere"
        if word != "upr":  # which says the same twice, the second time in a group that is to be read
            self._tokens.skip()
        return True

    def _begin_target(self, word: str) -> bool:
        self._state.target = TARGETS[word]
        if word == "ffl" and self._fields:
            self._fields[-1].form.entries.append("")
        elif word == "propname":
            self._information.begin_own()
        elif word == "sn":
            self._property = ""
        return True

    def _begin_information(self, word: str) -> bool:
        if informs := self._state.target == "information":
            self._state.target = word
        return informs

    def _begin_value(self, _word: str) -> bool:
        """Follow the value of a shape's property: most are numbers, few are words that are shown."""
        if shaped := self._state.target == "shape" and self._property == _WORD_ART:
            self._state.target = "drawn"
            self._stories.now.drawn += "\n" * bool(self._stories.now.drawn)
        return shaped

    def _begin_picture(self, word: str) -> bool:
        state = self._state
        seen = state.target in ("text", "shape") and not state.deleted
        if seen and not (state.hidden and not self._withheld.lets_through):
            self._picture = Spelt(len(self._stack), embedded=word == "objdata")
        state.target = "picture"
        return True

    def _begin_field(self, _word: str) -> bool:
        self._fields.append(Field(len(self._stack), len(self._stories.now.parts)))
        return True

    def _unicode(self, number: int) -> None:
        self._put(chr(number & 0xFFFF))
        self._skip = self._state.skipped

    def _table_word(self, word: str, number: int) -> None:
        if self._state.target == "picture":
            if self._picture:
                self._picture.word(word, number)
        elif self._state.target == "fonts":
            self._fonts.take_word(word, number)
        elif word == "s":
            self._style_entry = number

    def _code_page(self, number: int) -> None:
        self._codec = codec(number)

    def _default(self, number: int) -> None:
        self._default_font = self._state.font = number

    def _plain(self, _number: int) -> None:
        self._state.hidden, self._state.font, self._state.place = False, self._default_font, None

    def _style(self, number: int) -> None:
        self._state.level = self._headings.get(number, 0)

    def _form(self, name: str, number: int) -> None:
        if self._fields and self._state.target == "form":
            setattr(self._fields[-1].form, name, number)

    _OPENINGS: ClassVar[Mapping[str, Callable[["_Reader", str], bool]]] = {
        **dict.fromkeys(SILENT, _pass_over),
        **dict.fromkeys(TARGETS, _begin_target),
        **dict.fromkeys(INFORMATION, _begin_information),
        **dict.fromkeys((*NOTES, *MARGINS), _begin_story),
        "sv": _begin_value,
        "pict": _begin_picture,
        "objdata": _begin_picture,
        "field": _begin_field,
    }
    _DECLARATIONS: ClassVar[Mapping[str, Callable[["_Reader", int], None]]] = {
        "ansicpg": _code_page,
        "mac": lambda self, _: self._code_page(10000),
        "pc": lambda self, _: self._code_page(437),
        "pca": lambda self, _: self._code_page(850),
        "deff": _default,
        "plain": _plain,
        "s": _style,
        "fftype": lambda self, number: self._form("kind", number),
        "ffres": lambda self, number: self._form("result", number),
        "ffdefres": lambda self, number: self._form("default", number),
    }
    _ENDS: ClassVar[Mapping[str, Callable[[Story, State], None]]] = {
        "par": Story.paragraph,
        "\n": Story.paragraph,
        "\r": Story.paragraph,
        "sect": Story.paragraph,
        "page": Story.paragraph,
        "cell": Story.end_cell,
        "row": lambda story, _: story.end_row(),
        "nestcell": lambda story, _: story.parts.append(INNER_EDGE),
        "nestrow": lambda story, _: story.parts.append("\n"),
    }
    _TELLING: ClassVar[frozenset[str]] = frozenset(("u", *CHARACTERS, *CHANGES, *_DECLARATIONS, *_ENDS, *SHAPES))


RICH_TEXT = Flowing(name="Rich Text", media_types={".rtf": "application/rtf"}, extract=extract)
