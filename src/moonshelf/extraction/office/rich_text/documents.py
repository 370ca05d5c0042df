"""Rich Text Format, in any of the code pages it comes in."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, ClassVar

from msgspec.structs import replace

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.custom_properties import custom
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
from moonshelf.extraction.office.rich_text.rows import SHAPES
from moonshelf.extraction.office.rich_text.spelt_pictures import Spelt, SpeltPictures
from moonshelf.extraction.office.rich_text.stories import INNER_EDGE, State, Story, paired
from moonshelf.extraction.office.word.blocks import lines
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
        self._story = Story()
        self._stories = [self._story]
        self._apart: list[Story] = []
        self._fields: list[Field] = []
        self._pending: list[str] = []  # characters, each a byte of its code page
        self._skip = 0
        self._codec, self._default_font = "cp1252", -1
        self._fonts = Fonts()
        self._headings: dict[int, int] = {}
        self._style_entry = 0
        self._metadata: dict[str, str] = {}
        self._own: list[list[str]] = []  # names and values of people's own properties
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
        while len(self._stories) > 1:
            self._end_story()
        self._story.paragraph(replace(self._state, in_table=False))
        blocks = [*self._story.blocks, *self._told()]
        metadata = {key: text for key, value in self._metadata.items() if (text := " ".join(paired(value).split()))}
        metadata |= custom((paired(name), paired(value)) for name, value in self._own)
        return self._pictures.pictures.noted(Document((self._withheld.page(1, blocks),), metadata))

    def embedded(self, tools: Tools) -> Iterator[Embedded]:
        """Yield the files in it."""
        for number, content in enumerate(self._embedded, start=1):
            yield linked(f"object {number}", content, tools)

    def _told(self) -> Iterator[Block]:
        seen: set[str] = set()
        for story in sorted(self._apart, key=lambda one: one.kind not in NOTES):
            text = lines(story.blocks)
            if story.kind in NOTES and text:
                yield Block(Kind.NOTE, text, marker=story.marker)
            elif text and text not in seen:
                seen.add(text)
                yield Block(Kind.NOTE, f"Page {story.kind}: {text}")

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
            self._story.parts.append(shifted(text, state.place) if state.place else text)

    def _put_apart(self, target: str, text: str) -> None:
        match target:
            case "number" | "drawn":
                setattr(self._story, target, getattr(self._story, target) + text)
            case "instruction" | "entry" if self._fields:
                self._fields[-1].take(target, text)
            case "commentator":
                self._author += text
            case "property":
                self._property += text
            case "own name" | "own value" if self._own:
                self._own[-1][target == "own value"] += text
            case "fonts":
                self._fonts.take_name(text)
            case "styles":
                if named := _HEADING.match(text.strip()):
                    self._headings[self._style_entry] = int(named[1])
            case _ if target in INFORMATION:
                key = INFORMATION[target]
                self._metadata[key] = self._metadata.get(key, "") + text

    def _open(self, star: str | None, word: str | None, number: str | None) -> None:
        self._stack.append(replace(self._state))
        if len(self._stack) > _DEEPEST:
            raise LimitReached("its groups nest too deeply")
        if word and not self._opens(word, starred=star is not None):
            self._follow(word, number)

    def _close(self) -> None:
        if self._fields and self._fields[-1].opened == len(self._stack):
            self._fields.pop().end(self._story.parts)
        if self._picture and self._picture.opened == len(self._stack):
            if self._picture.embedded:
                self._embedded.append(self._picture.content())
            else:
                self._story.anchored += self._pictures.shown(self._picture)
            self._picture = None
        if len(self._stories) > 1 and self._story.opened == len(self._stack):
            self._end_story()
        if len(self._stack) > 1:
            self._state = self._stack.pop()

    def _begin_story(self, word: str) -> bool:
        if self._state.target != "text":
            return False
        kind, marker = MARGINS.get(word, word), ""
        if kind in NOTES:
            count = sum(one.kind == kind for one in [*self._apart, *self._stories]) + 1
            marker = f"{NOTES[kind]}{count}"
            self._story.parts.append(f"[^{marker}]")
        self._story = Story(kind, marker, len(self._stack))
        self._stories.append(self._story)
        self._state = State(font=self._default_font, skipped=self._state.skipped)
        if kind == "annotation" and self._author:
            self._story.parts.append(f"{self._author.strip()}: ")
            self._author = ""
        return True

    def _end_story(self) -> None:
        ended = self._stories.pop()
        ended.paragraph(replace(self._state, in_table=False))
        self._apart.append(ended)
        self._story = self._stories[-1]

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
        elif (change := self._CHANGES.get(word)) is not None:
            change(self, int(number or 1))
        elif state.target == "text" and (end := self._ENDS.get(word)) is not None:
            end(self._story, state)
        elif state.target == "text" and (shape := SHAPES.get(word)) is not None:
            shape(self._story.shape, int(number or 0))

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
            self._own.append(["", ""])
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
            self._story.drawn += "\n" * bool(self._story.drawn)
        return shaped

    def _begin_picture(self, word: str) -> bool:
        state = self._state
        seen = state.target in ("text", "shape") and not state.deleted
        if seen and not (state.hidden and not self._withheld.lets_through):
            self._picture = Spelt(len(self._stack), embedded=word == "objdata")
        state.target = "picture"
        return True

    def _begin_field(self, _word: str) -> bool:
        self._fields.append(Field(len(self._stack), len(self._story.parts)))
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

    def _reset(self, _number: int) -> None:
        self._state.level = self._state.depth = 0
        self._state.listed = self._state.in_table = False

    def _style(self, number: int) -> None:
        self._state.level = self._headings.get(number, 0)

    def _outline(self, number: int) -> None:
        self._state.level = number + 1 if 0 <= number < 9 else 0  # noqa: PLR2004 - 9 is body text

    def _form(self, name: str, number: int) -> None:
        if self._fields and self._state.target == "form":
            setattr(self._fields[-1].form, name, number)

    def _set(self, name: str, value: object) -> None:
        setattr(self._state, name, value)

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
    _CHANGES: ClassVar[Mapping[str, Callable[["_Reader", int], None]]] = {
        "ansicpg": _code_page,
        "mac": lambda self, _: self._code_page(10000),
        "pc": lambda self, _: self._code_page(437),
        "pca": lambda self, _: self._code_page(850),
        "deff": _default,
        "plain": _plain,
        "pard": _reset,
        "s": _style,
        "outlinelevel": _outline,
        "f": lambda self, number: self._set("font", number),
        "v": lambda self, number: self._set("hidden", bool(number)),
        "super": lambda self, number: self._set("place", "sup" if number else None),
        "sub": lambda self, number: self._set("place", "sub" if number else None),
        "up": lambda self, number: self._set("place", "sup" if number else None),
        "dn": lambda self, number: self._set("place", "sub" if number else None),
        "nosupersub": lambda self, _: self._set("place", None),
        "deleted": lambda self, number: self._set("deleted", bool(number)),
        "uc": lambda self, number: self._set("skipped", min(max(number, 0), 100)),
        "ls": lambda self, number: self._set("listed", number > 0),
        "ilvl": lambda self, number: self._set("depth", min(max(number, 0), 9)),
        "fftype": lambda self, number: self._form("kind", number),
        "ffres": lambda self, number: self._form("result", number),
        "ffdefres": lambda self, number: self._form("default", number),
        "intbl": lambda self, _: self._set("in_table", value=True),
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
    _TELLING: ClassVar[frozenset[str]] = frozenset(("u", *CHARACTERS, *_CHANGES, *_ENDS, *SHAPES))


RICH_TEXT = Flowing(name="Rich Text", media_types={".rtf": "application/rtf"}, extract=extract)
