"""Formulas in MathML as LaTeX, which models read best."""

import re
from collections.abc import Callable, Mapping
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_SIGNS = {
    "\u2211": "\\sum ", "\u220f": "\\prod ", "\u222b": "\\int ", "\u222c": "\\iint ", "\u222e": "\\oint ",
    "\u22c3": "\\bigcup ", "\u22c2": "\\bigcap ",
}  # fmt: skip
_ACCENTS = {
    "^": "\\hat", "~": "\\tilde", "\u00af": "\\bar", "\u203e": "\\bar", "\u02d9": "\\dot", "\u00a8": "\\ddot",
    "\u2192": "\\vec", "\u02c7": "\\check",
}  # fmt: skip
_NAMED = frozenset(
    (
        "sin", "cos", "tan", "cot", "sec", "csc", "log", "ln", "exp", "lim", "max", "min", "sup", "inf", "det", "sinh",
        "cosh", "arcsin", "arccos", "arctan",
    )
)  # fmt: skip
_UNSAID = frozenset(("annotation", "annotation-xml", "none", "mprescripts", "malignmark", "maligngroup"))
_FRAMED = re.compile(r"\{\\(?:displaystyle|textstyle) (.*)\}", re.DOTALL)  # as Wikipedia states how large it sets all
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)  # and what is written as a sign of itself
_STRUCTURE = frozenset("\\^_")
_DEEPEST = 100  # elements inside elements


def marked(math: "_Element") -> str:
    """Write *math* as part of a sentence: between the signs of LaTeX, unless it is a row of signs and no more."""
    written = latex(math)
    return f"${written}$" if _STRUCTURE & set(written) or _tex(math) else written


def latex(math: "_Element") -> str:
    """Write *math* as LaTeX: as the TeX that it brings with it, if any, else sign by sign."""
    return _tex(math) or " ".join(_written(math, 0).split())


def _tex(math: "_Element") -> str:
    for one in math.iter():
        if _name(one) == "annotation" and "tex" in (one.get("encoding") or "").lower():
            text = (one.text or "").strip()
            framed = _FRAMED.fullmatch(text)
            return framed[1] if framed and _is_closed(framed[1]) else text
    return ""


def _is_closed(tex: str) -> bool:
    """Tell whether no brace of *tex* ends what begins before it."""
    depth = 0
    for sign in _BRACES.findall(tex):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return True


def _written(element: "_Element", depth: int) -> str:
    """Write one element; below the deepest that anybody writes, its signs in a row."""
    name = _name(element)
    if name in _UNSAID:
        return ""
    if depth > _DEEPEST:
        return " ".join(str(text) for text in element.itertext())
    parts = [_written(child, depth + 1) + (child.tail or "").strip() for child in element if _name(child)]
    write = _WRITERS.get(name)
    try:
        return write(element, parts) if write else (element.text or "").strip() + "".join(parts)
    except IndexError:
        return "".join(parts)  # one that lacks what it is made of


def _identifier(element: "_Element", parts: list[str]) -> str:
    text = (element.text or "").strip() + "".join(parts)
    return f"\\{text} " if text in _NAMED else text


def _operator(element: "_Element", parts: list[str]) -> str:
    text = (element.text or "").strip() + "".join(parts)
    return _SIGNS.get(text, text)


def _text(element: "_Element", parts: list[str]) -> str:
    return f"\\text{{{element.text or ''}{''.join(parts)}}}"


def _over(_element: "_Element", parts: list[str]) -> str:
    accent = _ACCENTS.get(parts[1].strip())
    return f"{accent}{{{parts[0]}}}" if accent else f"{parts[0]}^{{{parts[1]}}}"


def _fenced(element: "_Element", parts: list[str]) -> str:
    separators = element.get("separators", ",").strip()[:1]
    return f"{element.get('open', '(')}{separators.join(parts)}{element.get('close', ')')}"


def _apart(_element: "_Element", parts: list[str]) -> str:
    """Write sums and divisions as at school, number by number: which stands below which is lost."""
    return " ".join(filter(None, parts))


def _scripts(element: "_Element", parts: list[str]) -> str:
    """Write what has scripts on any side: below and above by turns, those before it behind a mark of their own."""
    names = [name for name in map(_name, element) if name]
    end = names.index("mprescripts") if "mprescripts" in names else len(names)
    before = _indices(parts[end + 1 :])
    return f"{'{}' if before else ''}{before}{parts[0]}{_indices(parts[1:end])}"


def _indices(scripts: list[str]) -> str:
    signs = zip(cycle("_^"), scripts, strict=False)
    return "".join(f"{sign}{{{script}}}" for sign, script in signs if script)


def _name(element: "_Element") -> str:
    tag = str(element.tag)
    return "" if tag.startswith("<") else tag.rpartition("}")[2]  # nothing of a comment, whose tag is a function


_WRITERS: Mapping[str, Callable[["_Element", list[str]], str]] = {
    "mi": _identifier,
    "mo": _operator,
    "mtext": _text,
    "mspace": lambda _element, _parts: " ",
    "mfrac": lambda _element, parts: f"\\frac{{{parts[0]}}}{{{parts[1]}}}",
    "msqrt": lambda _element, parts: f"\\sqrt{{{''.join(parts)}}}",
    "mroot": lambda _element, parts: f"\\sqrt[{parts[1]}]{{{parts[0]}}}",
    "msup": lambda _element, parts: f"{parts[0]}^{{{parts[1]}}}",
    "msub": lambda _element, parts: f"{parts[0]}_{{{parts[1]}}}",
    "msubsup": lambda _element, parts: f"{parts[0]}_{{{parts[1]}}}^{{{parts[2]}}}",
    "munder": lambda _element, parts: f"{parts[0]}_{{{parts[1]}}}",
    "mover": _over,
    "munderover": lambda _element, parts: f"{parts[0]}_{{{parts[1]}}}^{{{parts[2]}}}",
    "mfenced": _fenced,
    "mtable": lambda _element, parts: "\\begin{matrix}" + " \\\\ ".join(parts) + "\\end{matrix}",
    "mtr": lambda _element, parts: " & ".join(parts),
    "mlabeledtr": lambda _element, parts: " & ".join(parts),
    "mmultiscripts": _scripts,
    **dict.fromkeys(("mlongdiv", "mstack", "msgroup"), _apart),
}
