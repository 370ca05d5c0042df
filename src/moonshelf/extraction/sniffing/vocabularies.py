"""Which vocabulary an XML is written in: of articles, manuals, feeds, captions, places, of Office; if in one."""

import re

JATS, DOCBOOK, TEI = "application/jats+xml", "application/docbook+xml", "application/tei+xml"
PATENT = "application/x-patent+xml"
RSS, ATOM, ACCOUNTS = "application/rss+xml", "application/atom+xml", "application/xbrl-instance+xml"
DITA, OPML, CAPTIONS = "application/dita+xml", "text/x-opml+xml", "application/ttml+xml"
XLIFF, TMX = "application/xliff+xml", "application/x-tmx+xml"
MIND_MAP, EVERNOTE = "application/x-freemind+xml", "application/enex+xml"
KML, GPX = "application/vnd.google-earth.kml+xml", "application/gpx+xml"
STRINGS, PROPERTIES = "application/x-string-resources+xml", "application/x-plist+xml"
REFERENCES = "application/x-references+xml"
LETTER = "application/msword.2003+xml"
WORKBOOK, PACKAGE = "application/vnd.ms-excel.2003+xml", "application/vnd.openxmlformats-package+xml"
ALL = (
    JATS,
    DOCBOOK,
    TEI,
    PATENT,
    RSS,
    ATOM,
    ACCOUNTS,
    DITA,
    OPML,
    CAPTIONS,
    XLIFF,
    TMX,
    MIND_MAP,
    EVERNOTE,
    KML,
    GPX,
    STRINGS,
    PROPERTIES,
    REFERENCES,
    LETTER,
    WORKBOOK,
    PACKAGE,
)
_STATED: tuple[tuple[str, re.Pattern[str]], ...] = (  # by the document type, or by the namespace of the root
    (
        REFERENCES,
        re.compile(
            r"<PubmedArticleSet[\s>]|<(?:\w+:)?mods(?:Collection)?\s[^<>]*[\"']http://www\.loc\.gov/mods/v3[\"']"
        ),
    ),
    (JATS, re.compile(r"<!DOCTYPE[^<>\[]*//(?:NLM|NISO)//DTD", re.IGNORECASE)),
    (DOCBOOK, re.compile(r"<!DOCTYPE[^<>\[]*//DTD (?:Simplified )?DocBook", re.IGNORECASE)),
    (DOCBOOK, re.compile(r"<[^<>]*[\"']http://docbook\.org/ns/docbook[\"']")),
    (WORKBOOK, re.compile(r"<(?:\w+:)?Workbook[^<>]*[\"']urn:schemas-microsoft-com:office:spreadsheet[\"']")),
    (LETTER, re.compile(r"<\w+:wordDocument[^<>]*[\"']http://schemas\.microsoft\.com/office/word/2003/wordml[\"']")),
    (PACKAGE, re.compile(r"<\w+:package[^<>]*[\"']http://schemas\.microsoft\.com/office/2006/xmlPackage[\"']")),
    (ACCOUNTS, re.compile(r"<(?:[\w.-]+:)?xbrl\s[^<>]*[\"']http://www\.xbrl\.org/2003/instance[\"']")),
    (RSS, re.compile(r"<(?:\w+:)?rss[\s>]|<\w+:RDF\s[^<>]*[\"']http://(?:purl\.org/rss/|my\.netscape\.com/rdf/)")),
    (ATOM, re.compile(r"<(?:\w+:)?feed\s[^<>]*[\"']http://(?:www\.w3\.org/2005/Atom|purl\.org/atom/ns#)[\"']")),
    (DITA, re.compile(r"<!DOCTYPE[^<>\[]*//DTD DITA ", re.IGNORECASE)),
    (DITA, re.compile(r"<[^<>]*[\"']http://dita\.oasis-open\.org/architecture/2005/[\"']")),
    (EVERNOTE, re.compile(r"<en-export[\s>]")),
    (OPML, re.compile(r"<opml[\s>]")),
    (CAPTIONS, re.compile(r"<(?:\w+:)?tt\s[^<>]*[\"']http://www\.w3\.org/(?:ns/ttml|2006/\d\d/ttaf1)[\"'#]")),
    (KML, re.compile(r"<(?:\w+:)?kml[\s>]")),
    (GPX, re.compile(r"<gpx[\s>]")),
    (PROPERTIES, re.compile(r"<plist[\s>]")),
    (XLIFF, re.compile(r"<(?:\w+:)?xliff[\s>]")),
    (TMX, re.compile(r"<tmx[\s>]")),
    (PATENT, re.compile(r"<(?:us-patent-(?:application|grant)|patent-application-publication|PATDOC)[\s>]")),
    (TEI, re.compile(r"<[^<>]*[\"']http://www\.tei-c\.org/ns/1\.0[\"']")),
)
_SHOWN: tuple[tuple[str, re.Pattern[str]], ...] = (  # by what stands below it
    (JATS, re.compile(r"<(?:article|pmc-articleset|book)[\s>].*?<(?:journal-meta|article-meta|book-meta|front)[\s>]")),
    (TEI, re.compile(r"<tei(?:corpus)?\.2[\s>].*?<teiheader[\s>]", re.IGNORECASE)),
    (
        DITA,
        re.compile(
            r"<(?:topic|concept|task|reference|glossentry|troubleshooting)\s(?>[^<>]*?\bid=)"
            r".*?<(?:conbody|taskbody|refbody|glossdef|troublebody|shortdesc|body)[\s/>]"
        ),
    ),
    (STRINGS, re.compile(r"<resources(?:\s[^<>]*+)?>.*?<(?:string|plurals|string-array)\s[^<>]*\bname=")),
    (REFERENCES, re.compile(r"<xml> ?<records> ?<record>")),
    (STRINGS, re.compile(r"<root>.*?<resheader\sname=")),
    (MIND_MAP, re.compile(r"<map(?:\s[^<>]*+)?>.*?<node\s[^<>]*\b(?:TEXT|ID)=")),
    (DITA, re.compile(r"<(?:map|bookmap)[\s>].*?<(?:topicref|chapter)\s[^<>]*\b(?:href|navtitle|keys)=")),
    (
        DOCBOOK,
        re.compile(
            r"<(?:article|book|chapter|appendix|preface|part|section|sect[1-5]|refentry|set)[\s>]"
            r".*?<(?:para|simpara|refnamediv|articleinfo|bookinfo)[\s>]"
        ),
    ),
)


def media_type(prolog: str, rest: str) -> str:
    """Name the vocabulary of an XML whose first element begins *rest*, behind its *prolog*; nothing, if it is none."""
    opening = " ".join(rest[: rest.find(">") + 1].split())
    stated = next((kind for kind, sign in _STATED if sign.search(prolog) or sign.match(opening)), "")
    return stated or _shown(" ".join(rest.split()))


def _shown(flat: str) -> str:
    return next((kind for kind, sign in _SHOWN if sign.match(flat)), "")
