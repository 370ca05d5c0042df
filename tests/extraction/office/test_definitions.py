"""Definitions that are found in the bytes of a part, and parsed when they are asked for."""

import pytest

from moonshelf.extraction.office.definitions import Definitions, root_of
from moonshelf.extraction.office.opendocument.styles import Styles, Stylesheet
from moonshelf.extraction.office.openxml import W

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ROOT = (
    f'<office:document-styles xmlns:office="{_ODF}office:1.0" xmlns:style="{_ODF}style:1.0" '
    f'xmlns:fo="{_ODF}xsl-fo-compatible:1.0" xmlns:text="{_ODF}text:1.0">'
)
_BOLD = '<style:text-properties fo:font-weight="bold"/></style:style>'
_NAMED = (
    f'<style:style style:name="Loud" style:family="text">{_BOLD}'
    '<style:style style:name="Loud" style:family="paragraph"/>'
    f"<style:style style:family='text' style:name='Odd &amp; loud'>{_BOLD}"
    '<style:style style:display-name="Other" style:name="Derived" style:family="text" '
    'style:parent-style-name="Loud"></style:style>'
)


def _styles(named: str) -> Styles:
    whole = f"{_ROOT}<office:styles>{named}</office:styles><office:master-styles/></office:document-styles>"
    part = Stylesheet(whole.encode())
    assert b"master-styles" in part.rest
    assert b"style:name" not in part.rest
    return Styles(part)


@pytest.mark.parametrize("name", ["Loud", "Derived", "Odd & loud"])
def test_a_named_style_is_found_by_its_family_and_name(name: str) -> None:
    styles = _styles(_NAMED)
    assert styles.derived("text", name).look.bold
    assert styles.derived("paragraph", name).look.bold is None
    assert styles.derived("text", name).name == name


def test_whoever_asks_for_many_styles_gets_all() -> None:
    names = [f"S{number}" for number in range(200)]
    styles = _styles("".join(f'<style:style style:name="{one}" style:family="text">{_BOLD}' for one in names))
    assert all(styles.derived("text", one).look.bold for one in names)
    assert styles.derived("text", "Other").look.bold is None


def test_of_equal_ids_the_last_counts_and_an_attribute_elsewhere_is_none() -> None:
    space = f'xmlns:w="{W[1:-1]}" xmlns:v="urn:v"'
    styles = '<w:style w:styleId="A" w:n="1"/><w:style w:styleId="A" v:n="2"><w:a w:styleId="B"/></w:style>'
    part = f"<w:styles {space}>{styles}</w:styles>".encode()
    found = Definitions(part, root_of(part), W, "style", "styleId")
    assert [one.get("{urn:v}n") for one in found.all("A")] == ["2", None]
    assert found["B"] is None
    assert [one.get("{urn:v}n") for one in found.having(b"v:n")] == ["2"]
