"""Documents of OpenOffice.org 1 (sxw, sxc, sxi, sxd), whose XML became OpenDocument, written as that has it.

One program wrote them all, with prefixes that are always the same: what differs is told by its spelling.
"""

import re

_MARK = b"http://openoffice.org/2000/office"
_ROOT_REACH = 1 << 12  # bytes within which the root has declared its namespaces
_OASIS = b"urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = {
    b"http://openoffice.org/2000/datastyle": _OASIS + b"datastyle:1.0",
    b"http://www.w3.org/1999/XSL/Format": _OASIS + b"xsl-fo-compatible:1.0",
    b"http://www.w3.org/2000/svg": _OASIS + b"svg-compatible:1.0",
}
_SPACE = re.compile(rb"http://(?:openoffice\.org/2000/\w+|www\.w3\.org/1999/XSL/Format|www\.w3\.org/2000/svg)(?=[\"'])")
_NAMES = {
    b"style:properties": b"style:text-properties",
    b"table:sub-table": b"table:table",
    b"text:ordered-list": b"text:list",
    b"text:unordered-list": b"text:list",
    b"text:tab-stop": b"text:tab",
    b"text:footnote": b"text:note",
    b"text:endnote": b"text:note",
    b"text:footnote-citation": b"text:note-citation",
    b"text:endnote-citation": b"text:note-citation",
    b"text:footnote-body": b"text:note-body",
    b"text:endnote-body": b"text:note-body",
    b"draw:text-box": b"draw:frame",
}
_NAME = re.compile(rb"(</?)(%s)(?=[\s/>])" % b"|".join(_NAMES))
_ENDNOTE = re.compile(rb"<text:endnote(?=[\s>])")
_HEADING = re.compile(rb"(<text:h\s[^<>]*?)text:level=")
_VALUE = re.compile(rb"table:(value(?:-type)?|string-value)=")
_AUTHOR = re.compile(rb"(<office:annotation\s(?:[^<>]*\s)?office:author=(\"[^<>\"]*\")[^<>]*(?<!/)>)")
_CREATOR = b'<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">%s</dc:creator>'
_FRAMED = rb"draw:(?:image|object-ole|object)"
_ALONE, _BEGIN, _END = (re.compile(one % _FRAMED) for one in (rb"<%s\s[^<>]*/>", rb"<%s\s[^<>]*(?<!/)>", rb"</%s>"))
_PART = re.compile(rb"(xlink:href=[\"'])#(?:\./)?")  # a part of the package
_CLASS = re.compile(rb"\soffice:class=[\"'](\w+)[\"']")
_BODY = re.compile(rb"<(/?)office:body>")


def modern(content: bytes) -> bytes:
    """Return *content*, a part of a document, in today's words; one that has them as it is."""
    if content.find(_MARK, 0, _ROOT_REACH) < 0:
        return content
    stated = _CLASS.search(content, 0, _ROOT_REACH)
    content = _ENDNOTE.sub(rb'<text:endnote text:note-class="endnote"', content)
    content = _NAME.sub(lambda found: found[1] + _NAMES[found[2]], _SPACE.sub(_space, content))
    content = _VALUE.sub(rb"office:\1=", _HEADING.sub(rb"\1text:outline-level=", content))
    content = _AUTHOR.sub(lambda found: found[1] + _CREATOR % found[2][1:-1], content)
    content = _END.sub(rb"\g<0></draw:frame>", _BEGIN.sub(rb"<draw:frame>\g<0>", content))
    content = _PART.sub(rb"\1", _ALONE.sub(rb"<draw:frame>\g<0></draw:frame>", content))
    if stated is None:
        return content
    tag = b"office:" + stated[1]
    return _BODY.sub(lambda end: b"</%s></office:body>" % tag if end[1] else b"<office:body><%s>" % tag, content)


def _space(found: re.Match[bytes]) -> bytes:
    name = found[0]
    return _SPACES.get(name) or _OASIS + name.rpartition(b"/")[2] + b":1.0"
