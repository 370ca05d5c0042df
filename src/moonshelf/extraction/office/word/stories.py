"""Stories of a Word 97-2003 document: its characters, fields and tables, paragraph after paragraph."""

import re
from collections.abc import Callable, Iterator

import msgspec

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.form_fields import FormField
from moonshelf.extraction.office.word import instructed_fields
from moonshelf.extraction.office.word.art import Art
from moonshelf.extraction.office.word.blocks import lines
from moonshelf.extraction.office.word.edged_tables import Row, placed
from moonshelf.extraction.office.word.numbering import Numbering
from moonshelf.extraction.office.word.properties import Paragraph
from moonshelf.extraction.office.word.records import DELETED, WITHHELD, Records

_TOKEN = re.compile(f"[^\x00-\x08\x0b-\x1f{WITHHELD}{DELETED}]+|[\x00-\x1f]|[{WITHHELD}{DELETED}]+")
_ENDS = frozenset("\x07\x0c\x0d\x0e")  # of a cell, a page or section, a paragraph, a column
_INLINE = {"\x0b": "\n", "\x1e": "-", "\x1f": ""}
_PLACED = "\x01"  # what has data of its own: pictures, fields of forms
_FLOATING = "\x08"  # where what floats over the text is anchored
_NOTE_MARKS = frozenset("\x02\x05")
_EMBEDDED = re.compile(
    r"\s*EMBED\s+(?:Excel|Word\.Doc|PowerPoint|Package|Acro|LibreOffice|opendocument)", re.IGNORECASE
)  # what is read as a file
_ADDRESS = re.compile(r'\bHYPERLINK\s+"?((?:https?|mailto|ftp):[^"\s()<>]+)', re.IGNORECASE)


class _Field(msgspec.Struct):
    instruction: str = ""
    within: bool = True  # a text that is shown
    shows: bool = False
    start: int = -1  # of its result in the paragraph's parts
    form: FormField = msgspec.field(default_factory=FormField)

    @property
    def shown(self) -> bool:
        return self.within and self.shows


class _Row(msgspec.Struct):
    properties: Paragraph
    cells: list[list[Block]]


class _State(msgspec.Struct):
    """Where reading is: the paragraph so far, the cell so far, the row, the table."""

    parts: list[str] = msgspec.field(default_factory=list)
    fields: list[_Field] = msgspec.field(default_factory=list)
    cell: list[Block] = msgspec.field(default_factory=list)
    cells: list[list[Block]] = msgspec.field(default_factory=list)
    rows: list[_Row] = msgspec.field(default_factory=list)
    anchored: list[Block] = msgspec.field(default_factory=list)  # what drawings show, told after their paragraph


class Stories:
    """Reads one story after the other; lists count on from one to the next."""

    def __init__(
        self,
        records: Records,
        numbering: Numbering,
        note: Callable[[int], str],
        form: Callable[[int], FormField],
        art: Art,
    ) -> None:
        """Take *note*, which returns the marker of a note referred to at a position, and *form*, the field there."""
        self._records, self._numbering, self._note, self._form, self._art = records, numbering, note, form, art

    def read(self, start: int, end: int) -> Iterator[Block]:
        """Read the text from *start* to *end*."""
        state = _State()
        for token in _TOKEN.finditer(self._records.text, start, end):
            text = token[0]
            if text in _ENDS:
                yield from self._end(state, text, token.start())
            else:
                self._add(state, text, token.start())
        if state.parts:
            state.cell.append(_block(Paragraph(), "".join(state.parts), ""))
        state.cell.extend(_taken(state.anchored))
        yield from self._flush(state)

    def _add(self, state: _State, text: str, position: int) -> None:
        fields = state.fields
        if text in ("\x13", "\x14", "\x15"):
            _mark(state, text)
        elif fields and not fields[-1].shows:
            if text == _PLACED and "FORM" in fields[-1].instruction:
                fields[-1].form = self._form(position)
            fields[-1].instruction += text[:500]
        elif _shown(fields):
            if text in _NOTE_MARKS:
                marker = self._note(position)
                state.parts.append(f"[^{marker}]" if marker else "")
            elif text[0] in (WITHHELD, DELETED):
                return
            elif text == _PLACED:
                of_file = bool(fields) and _EMBEDDED.match(fields[-1].instruction) is not None
                state.anchored += self._art.among(position, of_file=of_file)
            elif text == _FLOATING:
                state.anchored += self._art.over(position)
            elif text[0] >= " " or text[0] in "\t\n":
                state.parts.append(_paired(text))
            else:
                state.parts.append(_INLINE.get(text, ""))

    def _end(self, state: _State, mark: str, position: int) -> Iterator[Block]:
        properties = self._records.paragraph(position)
        text = "".join(state.parts).strip(" ")
        state.parts = []
        for one in state.fields:
            one.start = -1  # a link's text has to stand in one paragraph
        if not (properties.in_table or mark == "\x07"):
            yield from self._flush(state)
            yield from self._paragraph(properties, text)
            yield from _taken(state.anchored)
            return
        if text or not (properties.ends_row or properties.ends_inner == "row"):
            state.cell.extend(self._paragraph(properties, text))
        state.cell.extend(_taken(state.anchored))
        if mark == "\x07" and properties.ends_row:
            cells = [*state.cells, state.cell] if state.cell else state.cells
            state.rows.append(_Row(properties, cells))
            state.cell, state.cells = [], []
        elif mark == "\x07":
            state.cells.append(state.cell)
            state.cell = []

    def _paragraph(self, properties: Paragraph, text: str) -> Iterator[Block]:
        marker = ""
        if properties.number and (text.strip() or properties.heading):
            marker = self._numbering.marker(str(properties.number), properties.level)
        if text.strip():
            yield _block(properties, text, marker)

    def _flush(self, state: _State) -> Iterator[Block]:
        if state.cell:
            state.cells.append(state.cell)
        if state.cells:
            state.rows.append(_Row(Paragraph(), state.cells))
        if not state.rows:
            return  # after most paragraphs
        rows, state.rows, state.cells, state.cell = state.rows, [], [], []
        if len(rows) == 1 and len(rows[0].cells) == 1:
            yield from rows[0].cells[0]  # a frame around text, not a table
        elif cells := tuple(placed(map(_row, rows))):
            yield Block(Kind.TABLE, cells=cells)


def _taken(blocks: list[Block]) -> list[Block]:
    taken = blocks[:]
    blocks.clear()
    return taken


def _shown(fields: list[_Field]) -> bool:
    return not fields or fields[-1].shown


def _mark(state: _State, mark: str) -> None:
    if mark == "\x13":
        state.fields.append(_Field(within=_shown(state.fields)))
    elif mark == "\x14" and state.fields:
        state.fields[-1].shows = True
        state.fields[-1].start = len(state.parts)
    elif mark == "\x15" and state.fields:
        ended = state.fields.pop()
        address = _ADDRESS.search(ended.instruction)
        text = "".join(state.parts[ended.start :]).strip() if ended.start >= 0 else ""
        if address and text and text != address[1]:
            state.parts[ended.start :] = [f"[{text}]({address[1]})"]
        elif not text and _shown(state.fields):
            state.parts.append(ended.form.shown() or instructed_fields.shown(ended.instruction))


def _block(properties: Paragraph, text: str, marker: str) -> Block:
    if properties.heading:
        return Block(Kind.HEADING, f"{marker} {text}" if marker else text, level=properties.heading)
    if properties.number:
        return Block(Kind.LIST, text, level=properties.level, marker=marker)
    return Block(Kind.PARAGRAPH, text)


def _row(row: _Row) -> Row:
    return Row([lines(blocks) for blocks in row.cells], row.properties.edges, row.properties.merged)


def _paired(text: str) -> str:
    """Join surrogates, which are two positions in the file and one character in Python."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
