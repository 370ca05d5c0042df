"""Jupyter notebooks: Markdown cells as they are, code cells fenced, and the text among their outputs."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.charset import decode
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markup import hypertext
from moonshelf.extraction.notation import terminal
from moonshelf.extraction.sniffing.text_kinds import NOTEBOOK
from moonshelf.extraction.tools import Tools

_EMBEDDED = re.compile(r"\]\(data:[^()\s]*\)")  # pictures pasted into Markdown
_SHOWN = ("text/markdown", "text/latex", "text/plain")  # the first that an output has
_JSON = "application/json"  # which programs show as a tree
_OBJECT = re.compile(r"<[\w.]{1,200}(?: object)?(?: at 0x[0-9a-fA-F]{1,20})?>")
_Json = Mapping[str, Any]  # Any: a notebook is JSON that nobody has validated


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the cells in order. Raises ``CorruptDocument`` on what is no notebook."""
    source.seek(0)
    decoded = decode(source.read())
    try:
        notebook = json.loads(decoded.text)
    except (ValueError, RecursionError) as error:
        raise CorruptDocument("it is not valid JSON") from error
    if not isinstance(notebook, dict):
        raise CorruptDocument("it is JSON, but no notebook")
    language = _language(notebook)
    withheld = Withheld(tools.include)
    blocks = [block for cell in _cells(notebook) for block in _blocks(cell, language, withheld)]
    return Document((withheld.page(1, blocks),), warnings=decoded.warnings())


def _cells(notebook: _Json) -> Iterator[_Json]:
    """Cells of version 4, or of the worksheets that versions 2 and 3 had."""
    yield from _dicts(notebook.get("cells"))
    for sheet in _dicts(notebook.get("worksheets")):
        yield from _dicts(sheet.get("cells"))


def _blocks(cell: _Json, language: str, withheld: Withheld) -> Iterator[Block]:
    text = _text(cell.get("source", cell.get("input")))
    match cell.get("cell_type"):
        case "code":
            yield from _filled(Block(Kind.CODE, text, language=language))
            for output in _dicts(cell.get("outputs")):
                yield from _output(output, withheld)
        case "heading":
            level = cell.get("level")
            yield from _filled(Block(Kind.HEADING, text, level=level if isinstance(level, int) else 1))
        case _:
            yield from _filled(Block(Kind.PARAGRAPH, _EMBEDDED.sub("]()", text)))


def _output(output: _Json, withheld: Withheld) -> Iterator[Block]:
    if "traceback" in output:
        stated = ": ".join(_strings([output.get("ename"), output.get("evalue")]))
        text = "\n".join(_strings(output["traceback"])) or stated
        yield from _filled(Block(Kind.CODE, terminal.without_codes(text)))
    elif "text" in output:
        yield from _filled(Block(Kind.CODE, terminal.last_shown(_text(output["text"]))))
    else:
        data = output.get("data", output)
        yield from _displayed(data, withheld) if isinstance(data, dict) else ()


def _displayed(data: _Json, withheld: Withheld) -> Iterator[Block]:
    """Read the first form that says something: of what is a page to people the words may say that it is one."""
    shown = next((kind for kind in _SHOWN if kind in data and not _OBJECT.fullmatch(_text(data[kind]).strip())), "")
    page = data.get("text/html", data.get("html")) if not shown else None
    if page is not None:
        yield from hypertext.read(_text(page).encode("utf-8", "replace"), withheld, declared="utf-8").blocks
    elif not shown and _JSON in data:
        yield from _filled(Block(Kind.CODE, json.dumps(data[_JSON], ensure_ascii=False), language="json"))
    elif shown := shown or next((kind for kind in _SHOWN if kind in data), ""):
        kind = Kind.CODE if shown == "text/plain" else Kind.PARAGRAPH
        yield from _filled(Block(kind, _EMBEDDED.sub("]()", _text(data[shown]))))


def _filled(block: Block) -> Iterator[Block]:
    if block.text.strip():
        yield block


def _language(notebook: _Json) -> str:
    metadata = notebook.get("metadata")
    for key in ("language_info", "kernelspec"):
        info = metadata.get(key) if isinstance(metadata, dict) else None
        named = info.get("name" if key == "language_info" else "language") if isinstance(info, dict) else None
        if isinstance(named, str) and re.fullmatch(r"[\w+#.-]{1,30}", named):
            return named
    return ""


def _text(value: object) -> str:
    """Notebooks keep a text whole or as its lines, which have their ends."""
    return value if isinstance(value, str) else "".join(_strings(value))


def _strings(value: object) -> Iterator[str]:
    return (one for one in value if isinstance(one, str)) if isinstance(value, list) else iter(())


def _dicts(value: object) -> Iterator[_Json]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


NOTEBOOKS = Flowing(name="Jupyter notebook", media_types={".ipynb": NOTEBOOK}, extract=extract)
