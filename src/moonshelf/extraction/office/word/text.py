"""The text of a Word paragraph: runs, fields, links, notes and what is anchored among them."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.notation.symbol_fonts import character, private, shown
from moonshelf.extraction.office.elements import find, head
from moonshelf.extraction.office.equations import latex
from moonshelf.extraction.office.form_fields import BOX, LIST, FormField
from moonshelf.extraction.office.openxml import MC, M, R, Relation, W, chosen, flag, whole
from moonshelf.extraction.office.raised import shifted
from moonshelf.extraction.office.word import instructed_fields
from moonshelf.extraction.office.word.styles import Style, Styles, run_style, stated

if TYPE_CHECKING:
    from lxml.etree import _Element

_ADDRESS = re.compile(r'\bHYPERLINK\s+"?([^"\s\\][^"\s]*)')
_LINKABLE = re.compile(r"(?:https?|mailto|ftp):[^\s()<>]+", re.IGNORECASE)
_PROPERTIES, _STYLE = f"{W}rPr", f"{W}rStyle"
_VAL = f"{W}val"
_FORMULA = "$"
_CODE = "`"
_TRANSPARENT = frozenset(
    f"{W}{name}" for name in ("ins", "moveTo", "smartTag", "sdt", "sdtContent", "customXml", "bdo", "dir")
)  # what is in w:del and w:moveFrom is no longer there, as its author sees it


class _Piece(msgspec.Struct):
    """A stretch of one emphasis; *mark* is what stands on both its sides in Markdown."""

    text: str
    mark: str = ""


class _Field(msgspec.Struct):
    instruction: str = ""
    within: bool = True  # a text that is shown
    shows: bool = False  # past its separator, where the result stands
    start: int = 0  # in the pieces of its paragraph
    paragraph: int = 0

    @property
    def shown(self) -> bool:
        """Whether what stands here is."""
        return self.within and self.shows


class Story(msgspec.Struct):
    """What lasts from one paragraph to the next of one part: fields may stay open, words add up."""

    styles: Styles
    relations: Mapping[str, Relation]
    note: Callable[[str, str], str]  # kind and id of a referenced note -> its marker
    withheld: Withheld
    fields: list[_Field] = msgspec.field(default_factory=list)
    anchored: "list[_Element]" = msgspec.field(default_factory=list)  # text boxes, charts, diagrams, pictures
    paragraphs: int = 0
    carried: list[_Piece] = msgspec.field(default_factory=list)  # of a paragraph whose end is deleted


_BARE = Style()  # of a run that says nothing of itself


class Line:
    """One paragraph, read as its elements come by."""

    def __init__(self, story: Story, paragraph: "_Element", style: Style) -> None:
        self._story, self._style, self._mark, self._place = story, style, "", None  # type: Story, Style, str, str | None
        self._bare = _BARE if style.hidden is None else replace(_BARE, hidden=style.hidden)
        self._pieces, story.carried = story.carried, []
        story.paragraphs += 1
        self._walk(paragraph)
        self._marks = {piece.mark for piece in self._pieces}  # of most lines there is one, and it marks nothing

    @property
    def formula(self) -> str:
        """The LaTeX of a paragraph that is an equation and nothing else."""
        if _FORMULA not in self._marks:
            return ""
        pieces = [piece for piece in self._pieces if piece.text.strip()]
        return pieces[0].text.strip() if len(pieces) == 1 and pieces[0].mark == _FORMULA else ""

    @property
    def code(self) -> bool:
        """Whether all of it is set in a typewriter's font."""
        return _CODE in self._marks and {piece.mark for piece in self._pieces if piece.text.strip()} == {_CODE}

    def carry(self) -> None:
        """Let its text be the beginning of the next paragraph."""
        self._story.carried = self._pieces

    def plain(self) -> str:
        """Return its text without emphasis."""
        return "".join(piece.text for piece in self._pieces)

    def marked(self) -> str:
        """Return its text with emphasis, code and formulas as Markdown marks them."""
        if not any(self._marks):
            return self.plain()
        merged: list[_Piece] = []
        for piece in self._pieces:
            blank = not piece.text.strip() and piece.mark != _FORMULA
            if merged and (blank or merged[-1].mark == piece.mark):
                merged[-1].text += piece.text
            else:
                merged.append(_Piece(piece.text, "" if blank else piece.mark))
        return "".join(map(_rendered, merged))

    def _walk(self, elements: "Iterable[_Element]") -> None:
        for child in elements:
            tag = child.tag
            read = self._READERS.get(tag)
            if read is not None:
                read(self, child)
            elif tag in _TRANSPARENT:
                self._walk(child)

    def _add(self, text: str, mark: str | None = None) -> None:
        if not self._story.fields or self._shown():
            self._pieces.append(_Piece(text, self._mark if mark is None else mark))

    def _shown(self) -> bool:
        return not self._story.fields or self._story.fields[-1].shown

    def _run(self, run: "_Element") -> None:
        properties = head(run, _PROPERTIES)
        style = self._bare if properties is None else self._run_style(stated(properties))
        if style.hidden and not self._story.withheld.lets_through:
            self._hide(run)
            return
        if style.monospace and not self._style.monospace:
            self._mark = _CODE
        else:
            self._mark = ("**" if style.bold else "") + ("*" if style.italic else "")
        self._place = style.place
        self._walk(run)
        self._mark, self._place = "", None

    def _run_style(self, properties: "Mapping[str, _Element]") -> Style:
        style = run_style(properties)
        named = properties.get(_STYLE)
        if named is not None:
            style = style.over(self._story.styles.of(named.get(_VAL)))
        return style if self._bare is _BARE else style.over(self._bare)

    def _hide(self, run: "_Element") -> None:
        """Count a hidden run's words; its field marks count on, or the visible text after them would be lost."""
        for child in run:
            if child.tag == f"{W}t":
                self._story.withheld.takes(child.text or "", "hidden text")
            elif child.tag in (f"{W}fldChar", f"{W}instrText"):
                self._READERS[child.tag](self, child)

    def _text(self, element: "_Element") -> None:
        text = element.text or ""
        if not text.isascii() and private(text):
            text = shown(text, _font(element.getparent()))
        self._add(shifted(text, self._place) if self._place else text)

    def _tab(self, _element: "_Element") -> None:
        self._add("\t")

    def _break(self, _element: "_Element") -> None:
        self._add("\n")

    def _hyphen(self, _element: "_Element") -> None:
        self._add("-")

    def _symbol(self, element: "_Element") -> None:
        code = element.get(f"{W}char", "")
        if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code):
            self._add(character(int(code, 16), element.get(f"{W}font", "")))

    def _formula(self, element: "_Element") -> None:
        self._add(latex(element), _FORMULA)

    def _ruby(self, element: "_Element") -> None:
        """Pinyin and furigana stand in brackets behind what they are said of."""
        base, reading = find(element, f"{W}rubyBase"), find(element, f"{W}rt")
        if base is not None:
            self._walk(base)
        if reading is not None:
            self._add("(" + "".join(one.text or "" for one in reading.iter(f"{W}t")) + ")")

    def _reference(self, element: "_Element") -> None:
        kind = element.tag.removeprefix(W).removesuffix("Reference")
        if self._shown() and (marker := self._story.note(kind, element.get(f"{W}id", ""))):
            self._add(f"[^{marker}]", "")

    def _anchor(self, element: "_Element") -> None:
        self._story.anchored.append(element)

    def _alternatives(self, element: "_Element") -> None:
        for child in chosen(element):
            read = self._READERS.get(child.tag)
            if read is not None:
                read(self, child)

    def _hyperlink(self, element: "_Element") -> None:
        relation = self._story.relations.get(element.get(f"{R}id", ""))
        start = len(self._pieces)
        self._walk(element)
        if relation is not None and relation.external:
            self._link(start, relation.target)

    def _simple_field(self, element: "_Element") -> None:
        start = len(self._pieces)
        self._walk(element)
        if address := _ADDRESS.search(element.get(f"{W}instr", "")):
            self._link(start, address[1])

    def _link(self, start: int, address: str) -> None:
        text = "".join(piece.text for piece in self._pieces[start:])
        if text.strip() and _LINKABLE.fullmatch(address) and text.strip() != address:
            self._pieces[start:] = [_Piece(f"[{text.strip()}]({address})")]

    def _instruction(self, element: "_Element") -> None:
        if self._story.fields and not self._story.fields[-1].shows:
            self._story.fields[-1].instruction += element.text or ""

    def _field_mark(self, element: "_Element") -> None:
        fields = self._story.fields
        match element.get(f"{W}fldCharType"):
            case "begin":
                if form := _form(element):
                    self._add(form)
                fields.append(_Field(within=self._shown()))
            case "separate" if fields:
                fields[-1].shows = True
                fields[-1].start, fields[-1].paragraph = len(self._pieces), self._story.paragraphs
            case "end" if fields:
                ended = fields.pop()
                address = _ADDRESS.search(ended.instruction)
                if not ended.shows:
                    self._add(instructed_fields.shown(ended.instruction))
                elif address and ended.paragraph == self._story.paragraphs:
                    self._link(ended.start, address[1])

    _READERS: ClassVar[Mapping[str, Callable[["Line", "_Element"], None]]] = {
        f"{W}r": _run,
        f"{W}t": _text,
        f"{W}hyperlink": _hyperlink,
        f"{W}fldSimple": _simple_field,
        f"{W}fldChar": _field_mark,
        f"{W}instrText": _instruction,
        f"{W}tab": _tab,
        f"{W}ptab": _tab,
        f"{W}br": _break,
        f"{W}cr": _break,
        f"{W}noBreakHyphen": _hyphen,
        f"{W}sym": _symbol,
        f"{W}ruby": _ruby,
        f"{W}footnoteReference": _reference,
        f"{W}endnoteReference": _reference,
        f"{W}commentReference": _reference,
        f"{W}drawing": _anchor,
        f"{W}pict": _anchor,
        f"{W}object": _anchor,
        f"{W}tbl": _anchor,  # of producers that set a table into a paragraph
        f"{MC}AlternateContent": _alternatives,
        f"{M}oMath": _formula,
        f"{M}oMathPara": _formula,
    }


def _form(mark: "_Element") -> str:
    """Return what a form's field shows that the *mark* begins, unless that stands in the text."""
    if not len(mark):
        return ""  # only marks of a form's fields hold anything
    box, choice = (find(mark, f"{W}ffData", f"{W}{kind}") for kind in ("checkBox", "ddList"))
    if box is not None:
        checked, default = (flag(find(box, f"{W}{name}"), f"{W}val") for name in ("checked", "default"))
        return FormField(BOX, checked, bool(default)).shown()
    if choice is None:
        return ""
    entries = [one.get(f"{W}val", "") for one in choice.iterchildren(f"{W}listEntry")]
    result, default_entry = (find(choice, f"{W}{name}") for name in ("result", "default"))
    said = default_entry if result is None else result
    return FormField(LIST, 0 if said is None else whole(said.get(f"{W}val")), entries=entries).shown()


def _rendered(piece: _Piece) -> str:
    core = piece.text.strip()
    if not core or not piece.mark:
        return piece.text
    before, _, after = piece.text.partition(core)
    mark = piece.mark
    if mark == _CODE and "`" in core:
        return piece.text
    return before + "\n".join(f"{mark}{line}{mark}" if line.strip() else line for line in core.split("\n")) + after


def _font(run: "_Element | None") -> str:
    """Return the font that a run names itself."""
    named = None if run is None else find(run, f"{W}rPr", f"{W}rFonts")
    return "" if named is None else named.get(f"{W}ascii", named.get(f"{W}hAnsi", ""))
