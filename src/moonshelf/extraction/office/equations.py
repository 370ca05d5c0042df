"""Equations of Office documents (OMML) as LaTeX, which models read best."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from moonshelf.extraction.office.elements import find
from moonshelf.extraction.office.openxml import M, W

if TYPE_CHECKING:
    from lxml.etree import _Element

_VAL = f"{M}val"
_NARY = {"∑": "\\sum", "∏": "\\prod", "∫": "\\int", "∬": "\\iint", "∮": "\\oint", "⋃": "\\bigcup", "⋂": "\\bigcap"}  # noqa: RUF001 - the signs meant
_ACCENTS = {
    "\u0302": "\\hat", "\u0303": "\\tilde", "\u0304": "\\bar", "\u0305": "\\bar", "\u0307": "\\dot",
    "\u0308": "\\ddot", "\u20d7": "\\vec", "\u030c": "\\check",
}  # fmt: skip
_NEXT_LINE = " \\\\ "
_FUNCTIONS = frozenset(
    (
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "log",
        "ln",
        "exp",
        "lim",
        "max",
        "min",
        "sup",
        "inf",
        "det",
        "sinh",
        "cosh",
    )
)


def latex(element: "_Element") -> str:
    """Write the children of *element* one after the other."""
    parts = []
    for child in element:
        write = _WRITERS.get(child.tag)
        if write is not None:
            parts.append(write(child))
        elif not str(child.tag).endswith("Pr"):
            parts.append(latex(child))
    return "".join(parts)


def _of(element: "_Element", child: str) -> str:
    one = find(element, f"{M}{child}")
    return "" if one is None else latex(one).strip()


def _property(element: "_Element", child: str, default: str) -> str:
    one = find(element, f"{M}{element.tag.removeprefix(M)}Pr", f"{M}{child}")
    return default if one is None else one.get(_VAL, default)


def _fraction(element: "_Element") -> str:
    if _property(element, "type", "bar") == "noBar":
        return f"{{{_of(element, 'num')} \\atop {_of(element, 'den')}}}"
    return f"\\frac{{{_of(element, 'num')}}}{{{_of(element, 'den')}}}"


def _radical(element: "_Element") -> str:
    degree = _of(element, "deg")
    return f"\\sqrt[{degree}]{{{_of(element, 'e')}}}" if degree else f"\\sqrt{{{_of(element, 'e')}}}"


def _script(element: "_Element") -> str:
    below, above = _of(element, "sub"), _of(element, "sup")
    base = _of(element, "e")
    return base + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")


def _before(element: "_Element") -> str:
    return f"{{}}_{{{_of(element, 'sub')}}}^{{{_of(element, 'sup')}}}{_of(element, 'e')}"


def _nary(element: "_Element") -> str:
    sign = _property(element, "chr", "∫")
    below, above = _of(element, "sub"), _of(element, "sup")
    limits = (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
    return f"{_NARY.get(sign, sign)}{limits} {_of(element, 'e')}"


def _delimited(element: "_Element") -> str:
    parts = [latex(one).strip() for one in element.findall(f"{M}e")]
    inside = _property(element, "sepChr", "|").join(parts)
    return f"{_property(element, 'begChr', '(')}{inside}{_property(element, 'endChr', ')')}"


def _function(element: "_Element") -> str:
    return f"{_named(_of(element, 'fName'))} {_of(element, 'e')}"


def _accent(element: "_Element") -> str:
    accent = _ACCENTS.get(_property(element, "chr", "\u0302"), "\\hat")
    return f"{accent}{{{_of(element, 'e')}}}"


def _bar(element: "_Element") -> str:
    line = "\\overline" if _property(element, "pos", "bot") == "top" else "\\underline"
    return f"{line}{{{_of(element, 'e')}}}"


def _limit(element: "_Element") -> str:
    mark = "_" if element.tag == f"{M}limLow" else "^"
    return f"{_named(_of(element, 'e'))}{mark}{{{_of(element, 'lim')}}}"


def _named(function: str) -> str:
    return f"\\{function}" if function in _FUNCTIONS else function


def _matrix(element: "_Element") -> str:
    rows = [" & ".join(latex(one).strip() for one in row.findall(f"{M}e")) for row in element.findall(f"{M}mr")]
    return "\\begin{matrix}" + _NEXT_LINE.join(rows) + "\\end{matrix}"


def _lines(element: "_Element") -> str:
    return _NEXT_LINE.join(latex(one).strip() for one in element.findall(f"{M}e"))


_WRITERS: Mapping[str, Callable[["_Element"], str]] = {
    f"{M}t": lambda element: element.text or "",
    f"{W}t": lambda element: element.text or "",
    f"{W}del": lambda _element: "",
    f"{W}moveFrom": lambda _element: "",
    f"{M}f": _fraction,
    f"{M}rad": _radical,
    f"{M}sSub": _script,
    f"{M}sSup": _script,
    f"{M}sSubSup": _script,
    f"{M}sPre": _before,
    f"{M}nary": _nary,
    f"{M}d": _delimited,
    f"{M}func": _function,
    f"{M}acc": _accent,
    f"{M}bar": _bar,
    f"{M}limLow": _limit,
    f"{M}limUpp": _limit,
    f"{M}m": _matrix,
    f"{M}eqArr": _lines,
}
