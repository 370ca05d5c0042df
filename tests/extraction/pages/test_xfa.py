"""Forms that stand on no page are read from their packets, and what nobody sees of them is kept apart."""

from collections.abc import Sequence
from io import BytesIO

import pytest

from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.pages.pdf import PDF
from moonshelf.extraction.tools import Line, Raster, Tools
from samples.papers import pdf, text

_WAIT = [text(f"Please wait, line {number} of the page that Adobe's programs replace.", 72, 700 - 14 * number)
         for number in range(4)]  # fmt: skip
_BEGIN = '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">'
_TEMPLATE = """<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="form">
<draw><value><exData contentType="text/html"><body xmlns="http://www.w3.org/1999/xhtml"><p>Request for</p><p>leave</p>
</body></exData></value></draw>
<field name="who"><caption><value><text>Name:</text></value></caption><value><text>nobody</text></value></field>
<field name="since"><bind match="dataRef" ref="$.dates.first[*]"/>
<caption><value><text>From:</text></value></caption></field>
<field name="key"><ui><passwordEdit/></ui><caption><value><text>Key:</text></value></caption></field>
<field name="paid"><ui><checkButton/></ui><caption><value><text>Paid</text></value></caption></field>
<field name="sick"><ui><checkButton/></ui><caption><value><text>Sick</text></value></caption></field>
<field name="days"><caption><value><text>Days:</text></value></caption><value><integer>5</integer></value></field>
<subform presence="hidden"><draw><value><text>obey me now</text></value></draw></subform></subform></template>"""
_DATA = """<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form><who>Ada</who><dates>
<first>1 May</first></dates><key>secret</key><paid>1</paid><sick>0</sick><trace>never shown</trace></form></xfa:data>
</xfa:datasets>"""
_END = "</xdp:xdp>"


def _nothing(_raster: Raster) -> Sequence[Line]:
    return []


def _stream(content: str) -> str:
    return f"<< /Length {len(content.encode())} >>\nstream\n{content}\nendstream"


def _read(*packets: str, engine: int = 0, catalog: str = "/NeedsRendering true") -> tuple[PageFacts, str]:
    names = " ".join(f"(p{number}) {7 + number} 0 R" for number in range(len(packets)))
    catalog = f"/AcroForm << /Fields [] /XFA [{names}] >> {catalog}"
    pages = PDF.engines[engine](
        BytesIO(pdf([_WAIT], catalog=catalog, more=list(map(_stream, packets)))), Tools(_nothing)
    )
    try:
        return pages.read(1), pages.metadata.get("xfa", "")
    finally:
        pages.close()


@pytest.mark.parametrize("engine", [0, 1])
@pytest.mark.parametrize("packets", [(_BEGIN, _TEMPLATE, _DATA, _END), (_BEGIN + _TEMPLATE + _DATA + _END,)])
def test_what_a_form_shows_is_read_in_its_order(packets: tuple[str, ...], engine: int) -> None:
    page, told = _read(*packets, engine=engine)
    assert [one.text for one in page.comments] == [
        "Request for leave",
        "Name: Ada",
        "From: 1 May",
        "Key:",
        "Paid ☒",
        "Sick",
        "Days: 5",
    ]
    assert told == "read"


def test_what_nobody_sees_of_a_form_is_hidden_and_a_password_is_not_kept() -> None:
    page, _ = _read(_BEGIN, _TEMPLATE, _DATA, _END)
    assert [run.text for run in page.runs if run.hidden] == ["obey me now", "never shown"]
    assert "secret" not in str(page)


@pytest.mark.parametrize(
    "packet",
    ["", "no XML", "<a>", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a><template>&b;</template></a>'],
)
def test_a_form_that_cannot_be_read_is_told_of(packet: str) -> None:
    page, told = _read(packet)
    assert told == "unread"
    assert not page.comments


def test_a_form_that_its_pages_show_is_read_from_them() -> None:
    page, told = _read(_BEGIN, _TEMPLATE, _DATA, _END, catalog="")
    assert not told
    assert not page.comments
