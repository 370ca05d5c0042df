"""An EPUB book of two chapters."""

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Book</dc:title>
<dc:creator>A. One</dc:creator><dc:creator>B. Two</dc:creator></metadata>
<manifest><item id="b" href="text/b%20c.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
<item id="p" href="p.png" media-type="image/png"/></manifest>
<spine><itemref idref="a"/><itemref idref="p"/><itemref idref="b" linear="no"/></spine></package>"""
CHAPTER = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": PACKAGE,
    "OPS/text/b c.xhtml": CHAPTER.format("<h1>Second</h1><p>a note<sup>1</sup></p><aside>1. the note</aside>"),
    "OPS/a.xhtml": CHAPTER.format("<h1>First</h1><p>text</p>"),
}
