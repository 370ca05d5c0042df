"""Parts of PowerPoint presentations, written by hand."""

from collections.abc import Mapping
from types import MappingProxyType

from samples.packages import SPACES, relations

NOTHING: Mapping[str, str] = MappingProxyType({})
LAYOUT = f"""<p:sldLayout {SPACES}><p:cSld><p:spTree>
<p:sp><p:nvSpPr><p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="2540000"/>
<a:ext cx="10" cy="10"/></a:xfrm></p:spPr><p:txBody><a:lstStyle><a:lvl1pPr><a:buChar char="•"/></a:lvl1pPr></a:lstStyle>
<a:p><a:r><a:t>Click to edit</a:t></a:r></a:p></p:txBody></p:sp>
<p:sp><p:txBody><a:p><a:r><a:t>Confidential</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sldLayout>"""
NOTES = f"""<p:notes {SPACES}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="body"/></p:nvPr></p:nvSpPr>
<p:txBody><a:p><a:r><a:t>Say hello.</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:notes>"""
COMMENTS = f'<p:cmLst {SPACES}><p:cm authorId="0"><p:text>Shorter!</p:text></p:cm></p:cmLst>'
AUTHORS = f'<p:cmAuthorLst {SPACES}><p:cmAuthor id="0" name="Ann"/></p:cmAuthorLst>'


def paragraph(text: str, properties: str = "") -> str:
    return f"<a:p>{properties}<a:r><a:t>{text}</a:t></a:r></a:p>"


def shape(content: str, *, role: str = "", x: int = 0, y: int = 0) -> str:
    """Write a shape with its place in points, or a placeholder that inherits its own."""
    place = f'<a:xfrm><a:off x="{x * 12700}" y="{y * 12700}"/><a:ext cx="12700" cy="12700"/></a:xfrm>'
    holder = f'<p:ph type="{role}" idx="1"/>' if role else ""
    return (
        f"<p:sp><p:nvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:spPr>{'' if role else place}</p:spPr>"
        f"<p:txBody>{content}</p:txBody></p:sp>"
    )


def slide(tree: str, *, hidden: bool = False) -> str:
    return f'<p:sld {SPACES} show="{int(not hidden)}"><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>'


def parts(*slides: str, more: Mapping[str, str] = NOTHING) -> dict[str, str]:
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="s{number}"/>' for number in reversed(numbers))
    own = relations(
        ("l", "slideLayout", "../slideLayouts/slideLayout1.xml"), ("n", "notesSlide", "../notesSlides/notesSlide1.xml"),
        ("c", "comments", "../comments/comment1.xml"), ("ch", "chart", "../charts/chart1.xml"),
        ("k", "hyperlink", "https://a.example/"),
    )  # fmt: skip
    return {
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {SPACES}><p:sldIdLst>{ids}</p:sldIdLst>"
        '<p:sldSz cx="9144000" cy="6858000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relations(
            *((f"s{number}", "slide", f"slides/slide{number}.xml") for number in numbers),
            ("a", "commentAuthors", "commentAuthors.xml"),
        ),
        "ppt/commentAuthors.xml": AUTHORS,
        "ppt/slideLayouts/slideLayout1.xml": LAYOUT,
        **{f"ppt/slides/slide{number}.xml": slides[number - 1] for number in numbers},
        **{f"ppt/slides/_rels/slide{number}.xml.rels": own for number in numbers},
        **more,
    }
