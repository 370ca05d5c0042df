"""Which vocabulary an XML is written in: of articles, manuals, editions, feeds, accounts, or of Office; if in one."""

import re

JATS, DOCBOOK, TEI = "application/jats+xml", "application/docbook+xml", "application/tei+xml"
PATENT = "application/x-patent+xml"
RSS, ATOM, ACCOUNTS = "application/rss+xml", "application/atom+xml", "application/xbrl-instance+xml"
LETTER = "application/msword.2003+xml"
WORKBOOK, PACKAGE = "application/vnd.ms-excel.2003+xml", "application/vnd.openxmlformats-package+xml"
ALL = (JATS, DOCBOOK, TEI, PATENT, RSS, ATOM, ACCOUNTS, LETTER, WORKBOOK, PACKAGE)
_STATED: tuple[tuple[str, re.Pattern[str]], ...] = (  # by the document type, or by the namespace of the root
    (JATS, re.compile(r"<!DOCTYPE[^<>\[]*//(?:NLM|NISO)//DTD", re.IGNORECASE)),
    (DOCBOOK, re.compile(r"<!DOCTYPE[^<>\[]*//DTD (?:Simplified )?DocBook", re.IGNORECASE)),
    (DOCBOOK, re.compile(r"<[^<>]*[\"']http://docbook\.org/ns/docbook[\"']")),
    (WORKBOOK, re.compile(r"<(?:\w+:)?Workbook[^<>]*[\"']urn:schemas-microsoft-com:office:spreadsheet[\"']")),
    (LETTER, re.compile(r"<\w+:wordDocument[^<>]*[\"']http://schemas\.microsoft\.com/office/word/2003/wordml[\"']")),
    (PACKAGE, re.compile(r"<\w+:package[^<>]*[\"']http://schemas\.microsoft\.com/office/2006/xmlPackage[\"']")),
    (ACCOUNTS, re.compile(r"<(?:[\w.-]+:)?xbrl\s[^<>]*[\"']http://www\.xbrl\.org/2003/instance[\"']")),
    (RSS, re.compile(r"<rss[\s>]|<\w+:RDF\s[^<>]*[\"']http://(?:purl\.org/rss/|my\.netscape\.com/rdf/)")),
    (ATOM, re.compile(r"<(?:\w+:)?feed\s[^<>]*[\"']http://(?:www\.w3\.org/2005/Atom|purl\.org/atom/ns#)[\"']")),
    (PATENT, re.compile(r"<us-patent-(?:application|grant)[\s>]")),
    (TEI, re.compile(r"<[^<>]*[\"']http://www\.tei-c\.org/ns/1\.0[\"']")),
)
_SHOWN: tuple[tuple[str, re.Pattern[str]], ...] = (  # by what stands below it
    (JATS, re.compile(r"<(?:article|pmc-articleset|book)[\s>].*?<(?:journal-meta|article-meta|book-meta|front)[\s>]")),
    (TEI, re.compile(r"<tei(?:corpus)?\.2[\s>].*?<teiheader[\s>]", re.IGNORECASE)),
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
