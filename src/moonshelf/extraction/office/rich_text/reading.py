"""Reading a Rich Text document: its groups, what each is for, and where the characters in it go."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from msgspec.structs import replace

from moonshelf.errors import LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Document
from moonshelf.extraction.office.embedded import Embedded, legible, linked
from moonshelf.extraction.office.raised import shifted
from moonshelf.extraction.office.rich_text import tokens
from moonshelf.extraction.office.rich_text.characters import CHARACTERS
from moonshelf.extraction.office.rich_text.declarations import DECLARATIONS, Declared
from moonshelf.extraction.office.rich_text.destinations import (
    INFORMATION,
    MARGINS,
    NOTES,
    SILENT,
    TARGETS,
)
from moonshelf.extraction.office.rich_text.fields import WORDS, Field
from moonshelf.extraction.office.rich_text.fonts import Fonts
from moonshelf.extraction.office.rich_text.formulas import Formula
from moonshelf.extraction.office.rich_text.information import Information
from moonshelf.extraction.office.rich_text.rows import SHAPES
from moonshelf.extraction.office.rich_text.spelt_pictures import Spelt, SpeltPictures
from moonshelf.extraction.office.rich_text.states import CHANGES, State
from moonshelf.extraction.office.rich_text.stories import ENDS, Stories
from moonshelf.extraction.office.rich_text.tokens import (
    BINARY,
    CLOSE,
    CODES,
    CONTROL,
    NUMBER,
    OPEN,
    OPENING,
    PASSED,
    SIZE,
    SYMBOL,
    TEXT,
    UNICODE,
    VALUE,
    WORD,
)
from moonshelf.extraction.office.rich_text.words import TELLING
from moonshelf.extraction.tools import Tools

_DEEPEST = 10_000  # groups inside groups
_WORD_ART = "gtextUNICODE"  # name of a shape's property
_TABLES = frozenset(("fonts", "styles", "picture"))  # targets in which words are of the table
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)


class Reading:
    """One reading of one document, token by token."""

    def __init__(self, content: str, tools: Tools) -> None:
        """Read the *content* of a file, each character of it a byte."""
        self._content, self._tools = content, tools
        self._state, self._stack = State(), [State()]
        self._stories = Stories()
        self._fields: list[Field] = []
        self._pending: list[str] = []  # characters, each a byte of its code page
        self._skip = 0
        self._declared = Declared()
        self._fonts = Fonts()
        self._style_entry = 0
        self._information = Information()
        self._property = ""  # of a shape: its name
        self._author = ""
        self._withheld = Withheld(tools.include)
        self._embedded: list[bytes] = []
        self._formula: Formula | None = None
        self._pictures: SpeltPictures | None = None
        self._picture: Spelt | None = None
        self._object = 0  # the group of a file of another program, and of its picture
        self._object_read = False
        self._ending: list[int] = []  # depths of groups whose ends are those of a field, a picture or a story

    def read(self) -> None:
        """Read all tokens, but for those that are passed over."""
        at = 0
        while at < len(self._content):
            at = self._read_on(at)

    def _read_on(self, start: int) -> int:
        """Read the tokens from *start* on, and return where to go on behind what is to be passed over."""
        for token in tokens.following(self._content, start):
            kind = token.lastindex
            if kind == TEXT:
                self._text(token[0])
            elif kind == BINARY:
                return self._binary(token.end(), int(token[SIZE] or 0))
            elif kind and kind <= CODES:
                self._characters(_spelt(token[0]))
            else:
                if self._pending:
                    self._flush()
                self._skip = 0
                if kind == CONTROL:
                    self._follow(token[WORD], token[VALUE])
                elif kind == PASSED:
                    return tokens.end_of_group(self._content, token.end())
                elif kind:
                    self._OTHERS[kind](self, token)
        return len(self._content)

    def document(self) -> Document:
        """Return what was read."""
        if self._pending:
            self._flush()
        blocks = self._stories.close(self._state)
        page = self._withheld.page(1, blocks)
        document = Document((page,), self._information.metadata())
        return self._pictures.pictures.noted(document) if self._pictures else document

    def embedded(self) -> Iterator[Embedded]:
        """Yield the files in it."""
        for number, content in enumerate(self._embedded, start=1):
            yield linked(f"object {number}", content, self._tools)

    def _text(self, text: str) -> None:
        """Take text that is the last before another token than characters."""
        if "\n" in text or "\r" in text or "\0" in text:
            text = _unbroken(text)
        state = self._state
        if self._pending or self._skip or state.target == "picture":
            self._characters(text)
        elif text:
            self._put(self._fonts.decode(text, state.font, self._declared.codec))

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
        self._put(self._fonts.decode(text, self._state.font, self._declared.codec))

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
            case "number":
                self._stories.now.number += text
            case "drawn":
                self._stories.now.drawn += text
            case "formula" if self._formula:
                self._formula.take(text)
            case "instruction" | "entry" if self._fields:
                self._fields[-1].take(target, text)
            case "commentator":
                self._author += text
            case "property":
                self._property += text
            case "own name" | "own value":
                self._information.take_own(text, value=target == "own value")
            case "fonts" | "styles":
                self._put_in_table(target, text)
            case _ if target in INFORMATION:
                self._information.take(target, text)

    def _put_in_table(self, target: str, text: str) -> None:
        if target == "fonts":
            self._fonts.take_name(text)
        elif named := _HEADING.match(text.strip()):
            self._declared.headings[self._style_entry] = int(named[1])

    def _open(self, token: re.Match[str]) -> None:
        word = token[OPENING]
        self._stack.append(replace(self._state))
        if len(self._stack) > _DEEPEST:
            raise LimitReached("its groups nest too deeply")
        if word and not self._opens(word) and word in TELLING:
            self._follow(word, token[NUMBER])

    def _close(self, _token: re.Match[str]) -> None:
        opened = len(self._stack)
        if self._ending and self._ending[-1] == opened:
            self._end()
        if opened > 1:
            self._state = self._stack.pop()
        if self._formula and self._formula.close(opened):
            formula, self._formula = self._formula.text(), None
            self._put(formula)

    def _end(self) -> None:
        """End what was begun with the group that ends."""
        opened = self._ending.pop()
        if self._fields and self._fields[-1].opened == opened:
            self._fields.pop().end(self._stories.now.parts)
        elif self._picture and self._picture.opened == opened:
            self._end_picture(self._picture)
        elif self._stories.now.opened == opened:
            self._stories.end(self._state)
        elif self._object == opened:
            self._object, self._object_read = 0, False

    def _end_picture(self, picture: Spelt) -> None:
        if picture.embedded:
            self._embedded.append(picture.content())
            self._object_read = bool(self._object) and legible(linked("", self._embedded[-1], self._tools))
        elif not self._object_read:
            self._pictures = self._pictures or SpeltPictures(self._tools)
            self._stories.now.anchored += self._pictures.shown(picture)
        self._picture = None

    def _begun(self) -> int:
        """Return how deep the group is that was opened last, with whose end something ends."""
        self._ending.append(len(self._stack))
        return self._ending[-1]

    def _begin_story(self, word: str) -> bool:
        if self._state.target != "text":
            return False
        self._stories.begin(word, self._begun())
        self._state = State(font=self._declared.font, skipped=self._state.skipped)
        if word == "annotation" and self._author:
            self._stories.now.parts.append(f"{self._author.strip()}: ")
            self._author = ""
        return True

    def _binary(self, start: int, size: int) -> int:
        """Take so many bytes from *start* on, and return where they end."""
        end = start + max(size, 0)
        if self._picture and self._state.target == "picture":
            self._picture.binary = self._content[start:end].encode("latin-1")
        return end

    def _follow(self, word: str, number: str | None) -> None:
        state = self._state
        if (change := CHANGES.get(word)) is not None and state.target not in _TABLES:
            change(state, int(number or 1))
        elif state.target == "text" and (end := ENDS.get(word)) is not None:
            end(self._stories.now, state)
        elif word in CHARACTERS:
            self._put(CHARACTERS[word])
        elif state.target in _TABLES:
            self._table_word(word, int(number or 0))
        elif state.target == "text" and (shape := SHAPES.get(word)) is not None:
            shape(self._stories.now.shape, int(number or 0))
        elif (declare := DECLARATIONS.get(word)) is not None:
            declare(self._declared, state, int(number or 1))
        elif state.target == "form" and self._fields and word in WORDS:
            self._fields[-1].fill(word, int(number or 1))

    def _opens(self, word: str) -> bool:
        """Follow a word that says what its group is for, and say whether it does."""
        if self._state.target == "nowhere" and word != "ud":
            return True
        if self._formula and word not in SILENT:
            self._formula.open(word, len(self._stack))
        opening = self._OPENINGS.get(word)
        return opening is not None and opening(self, word)

    def _begin_nothing(self, _word: str) -> bool:
        """Follow *upr*, which says the same twice: the second time in a group inside, which is to be read."""
        self._state.target = "nowhere"
        return True

    def _begin_target(self, word: str) -> bool:
        self._state.target = TARGETS[word]
        return True

    def _begin_entry(self, word: str) -> bool:
        if self._fields:
            self._fields[-1].form.entries.append("")
        return self._begin_target(word)

    def _begin_own(self, word: str) -> bool:
        self._information.begin_own()
        return self._begin_target(word)

    def _begin_property(self, word: str) -> bool:
        self._property = ""
        return self._begin_target(word)

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

    def _begin_object(self, _word: str) -> bool:
        if begins := not self._object:
            self._object = self._begun()
        return begins

    def _begin_picture(self, word: str) -> bool:
        state = self._state
        seen = state.target in ("text", "shape") and not state.deleted
        if seen and not (state.hidden and not self._withheld.lets_through):
            self._picture = Spelt(self._begun(), embedded=word == "objdata")
        state.target = "picture"
        return True

    def _begin_formula(self, _word: str) -> bool:
        if begins := self._state.target == "text":
            self._state.target = "formula"
            self._formula = Formula(len(self._stack))
        return begins

    def _begin_field(self, _word: str) -> bool:
        self._fields.append(Field(self._begun(), len(self._stories.now.parts)))
        return True

    def _symbol(self, token: re.Match[str]) -> None:
        self._follow(token[SYMBOL], None)

    def _unicode(self, token: re.Match[str]) -> None:
        self._put(self._fonts.sign(chr(int(token[UNICODE] or 0) & 0xFFFF), self._state.font))
        self._skip = self._state.skipped

    def _table_word(self, word: str, number: int) -> None:
        if self._state.target == "picture":
            if self._picture:
                self._picture.word(word, number)
        elif self._state.target == "fonts":
            self._fonts.take_word(word, number)
        elif word == "s":
            self._style_entry = number

    _OTHERS: ClassVar[Mapping[int, Callable[["Reading", re.Match[str]], None]]] = {
        UNICODE: _unicode,
        SYMBOL: _symbol,
        OPEN: _open,
        CLOSE: _close,
    }
    _OPENINGS: ClassVar[Mapping[str, Callable[["Reading", str], bool]]] = {
        "upr": _begin_nothing,
        **dict.fromkeys(TARGETS, _begin_target),
        "ffl": _begin_entry,
        "propname": _begin_own,
        "sn": _begin_property,
        **dict.fromkeys(INFORMATION, _begin_information),
        **dict.fromkeys((*NOTES, *MARGINS), _begin_story),
        "sv": _begin_value,
        "pict": _begin_picture,
        "objdata": _begin_picture,
        "object": _begin_object,
        "field": _begin_field,
        "moMath": _begin_formula,
    }


def _spelt(token: str) -> str:
    """Return the characters that are spelt, each a byte, by their codes or by themselves."""
    if token.startswith("\\"):
        return bytes.fromhex(token.replace("\\'", "")).decode("latin-1")
    return _unbroken(token)


def _unbroken(text: str) -> str:
    """Return *text* without the ends of the file's lines, which are none of paragraphs."""
    return text.replace("\n", "").replace("\r", "").replace("\0", "")
