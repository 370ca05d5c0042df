"""Drawings in Word documents: text boxes, charts, diagrams, what is said of pictures."""

from collections.abc import Mapping

import pytest

from extraction.blocks import blocks, table, texts
from extraction.tools import TOOLS
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.office.word.documents import extract
from samples.office.word import NOTHING, paragraph, parts, run
from samples.packages import SPACES, archive


def read(body: str, more: Mapping[str, str] = NOTHING) -> Document:
    return extract(archive(parts(body, more)), TOOLS)


def test_words_of_a_locked_drawing_are_read() -> None:
    space = "http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas"
    words = "<a:txSp><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:txSp>"
    shapes = "".join(f"<a:sp>{words.format(one)}</a:sp>" for one in ("Input", "Output"))
    drawing = f'<w:drawing><lc:lockedCanvas xmlns:lc="{space}">{shapes}</lc:lockedCanvas></w:drawing>'
    assert texts(read(f"<w:p>{run('Seen:')}<w:r>{drawing}</w:r></w:p>")) == ["Seen:", "Input", "Output"]


def test_a_text_box_that_is_stored_twice_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('boxed')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>before</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(read(body)) == ["before", "boxed"]


def test_what_is_said_of_a_picture_of_older_documents_is_read() -> None:
    shape = '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" alt="A duck"><v:imagedata r:id="gone"/></v:shape>'
    assert blocks(read(f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>")) == [Block(Kind.FIGURE, "A duck")]
    titled = '<wp:docPr title="Our logo" descr=" "/>'
    assert blocks(read(f"<w:p><w:r><w:drawing>{titled}</w:drawing></w:r></w:p>")) == [Block(Kind.FIGURE, "Our logo")]


def test_charts_diagrams_and_descriptions_are_read() -> None:
    chart = (
        f"<c:chartSpace {SPACES}><c:chart><c:title><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:title><c:ser>"
        '<c:tx><c:v>EU</c:v></c:tx><c:cat><c:pt idx="0"><c:v>2025</c:v></c:pt></c:cat>'
        '<c:val><c:pt idx="0"><c:v>7</c:v></c:pt></c:val></c:ser></c:chart></c:chartSpace>'
    )
    diagram = (
        f"<dgm:dataModel {SPACES}><dgm:pt><dgm:t><a:p><a:r><a:t>Step</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>"
    )
    inside = '<wp:docPr descr="A duck"/><c:chart r:id="ch"/><dgm:relIds r:dm="dm"/>'
    body = f"<w:p><w:r><w:drawing>{inside}</w:drawing></w:r></w:p>"
    document = read(body, {"word/charts/chart1.xml": chart, "word/diagrams/data1.xml": diagram})
    assert table(document) == [["", "EU"], ["2025", "7"]]
    assert [one for one in texts(document) if one] == ["A duck", "Sales", "Step"]


@pytest.mark.parametrize("data", ["", f"<dgm:dataModel {SPACES}><dgm:pt><dgm:t/></dgm:pt></dgm:dataModel>"])
def test_a_diagram_whose_points_are_missing_is_read_as_it_is_drawn(data: str) -> None:
    drawing = (
        f'<dsp:drawing xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" {SPACES}><dsp:sp>'
        "<dsp:txBody><a:p><a:r><a:t>Step</a:t></a:r></a:p></dsp:txBody></dsp:sp></dsp:drawing>"
    )
    body = '<w:p><w:r><w:drawing><dgm:relIds r:dm="dm"/></w:drawing></w:r></w:p>'
    more = {"word/diagrams/drawing1.xml": drawing} | ({"word/diagrams/data1.xml": data} if data else {})
    assert [one for one in texts(read(body, more)) if one] == ["Step"]


def test_a_chart_referred_to_again_and_again_is_read_once() -> None:
    chart = f'<c:chartSpace {SPACES}><c:ser><c:val><c:pt idx="0"><c:v>7</c:v></c:pt></c:val></c:ser></c:chartSpace>'
    body = '<w:p><w:r><w:drawing><c:chart r:id="ch"/></w:drawing></w:r></w:p>' * 100
    assert len(blocks(read(body, {"word/charts/chart1.xml": chart}))) == 1
