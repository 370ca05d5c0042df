"""Destinations: what a group of Rich Text is for, told by the word that opens it (its specification, 1.9.1)."""

from typing import Final

SILENT: Final = frozenset(
    (
        "colortbl", "themedata", "colorschememapping", "datastore", "latentstyles", "listtable",
        "listoverridetable", "rsidtbl", "generator", "xmlnstbl", "mmathPr", "moMathParaPr",
        "mmathPict", "bkmkstart", "bkmkend",
        "nonshppict", "atnid", "atnref", "atntime", "atnparent", "atrfstart", "atrfend", "revtbl", "filetbl",
        "shprslt", "docvar", "template", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "tc", "xe",
        "fontemb", "falt", "panose", "pgdsctbl", "listname", "background", "wgrffmtfilter",
        "objclass", "objname",
    )
)  # fmt: skip
"""Of no interest: what such a group holds is not shown, or stands elsewhere as well."""
KNOWN: Final = frozenset(
    (
        "ud", "do", "dptxbxtext", "shptxt", "shpinst", "listtext", "pntext", "annotation", "atnauthor", "footnote",
        "fldinst", "formfield", "ffl", "shppict", "userprops", "objdata", "moMathPara", "moMath",
        "upr",
    )
)  # fmt: skip
"""Optional ones, marked with a star, that are understood here; any other of that kind is passed over."""
TARGETS: Final = {
    "fonttbl": "fonts", "stylesheet": "styles", "info": "information", "fldinst": "instruction",
    "listtext": "number", "pntext": "number", "atnauthor": "commentator", "ud": "text",
    "formfield": "form", "ffl": "entry", "sp": "shape", "sn": "property", "userprops": "own",
    "propname": "own name", "staticval": "own value",
}  # fmt: skip
"""What the text in a group becomes, where it is none of the document itself."""
NOTES: Final = {"footnote": "", "annotation": "c"}
"""Stories of their own, and what their numbers begin with."""
MARGINS: Final = {f"{place}{pages}": place for place in ("header", "footer") for pages in ("", "l", "r", "f")}
"""The headers and footers of left, right and first pages."""
INFORMATION: Final = {name: name for name in ("title", "author", "subject", "keywords")} | {"doccomm": "description"}
"""What is told of the document, under which name."""
