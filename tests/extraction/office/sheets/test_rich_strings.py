"""Strings of several runs: read by their tags, and the same as a tree where these do not tell all."""

import pytest

from moonshelf.extraction.office.definitions import root_of
from moonshelf.extraction.office.sheets.rich_strings import string
from moonshelf.extraction.office.sheets.small_parts import SmallPart
from samples.packages import SHEET_SPACE

HOLDER = SmallPart("", root_of(f"<si {SHEET_SPACE}>".encode()), "")
FOR_A_TREE = "<extLst><ext>x</ext></extLst>"


@pytest.mark.parametrize(
    ("spelt", "shown"),
    [
        ("<r><t>one</t></r><r><rPr><b/></rPr><t xml:space='preserve'> two</t></r>", "one two"),
        ("<t>plain</t><rPh sb='0' eb='1'><t>aloud</t></rPh><phoneticPr fontId='1'/>", "plain"),
        ("<r><rPr><sz val='9'/><vertAlign val='superscript'/></rPr><t>2</t></r>", "\u00b2"),
        ("<r><rPr><vertAlign val='baseline'/></rPr><t>2</t></r>", "2"),
        ("<r><rPr/><t>a &amp; b</t></r>\n<r><t/></r>", "a & b"),
        ("<r><rPr><rFont val='A/B'/></rPr><t>slash</t></r>", "slash"),
    ],
)
def test_runs_are_joined_without_what_is_read_aloud(spelt: str, shown: str) -> None:
    assert string(spelt, HOLDER) == shown
    assert string(spelt + FOR_A_TREE, HOLDER) == shown
