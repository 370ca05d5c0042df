"""XML as the text that it is: what small parts say is found by their tags, for to build a tree of one takes longer."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache

_UTF_8 = rb"(?:\xef\xbb\xbf)?(?:<\?xml(?![^>]*encoding(?!\s*=\s*[\"'](?i:utf-8)))[^>]*\?>)?"  # or nothing is said
# A comment ends once: where no element follows, to look for other ends of each would take for ever.
_NAME = _UTF_8 + rb"(?>\s*<!--.*?-->)*+\s*<((?:\w+:)?[\w.-]+)"
_ROOT = re.compile(_NAME + rb"([^>]*)>", re.DOTALL)
_DECLARATION_REACH, _ROOT_REACH = 1 << 8, 1 << 12  # bytes within which nearly all declarations and tags of roots end
_END_REACH = 200  # bytes within which a part ends, but for white space
_UNKNOWN = re.compile(rb"&(?!amp;|lt;|gt;|quot;|apos;|#13;)")
_QUOTED = re.compile(r"\s([\w:.-]+)\s*=\s*\"([^\"]*)\"")
_ATTRIBUTE = re.compile(r"\s([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def is_readable(content: bytes) -> bool:
    """Whether *content* begins as XML in UTF-8 does, so that its tags can be found in its bytes."""
    return root_tag(content) is not None


def root_tag(content: bytes) -> re.Match[bytes] | None:
    """Return the name and the attributes of the root of *content*, if it begins as XML in UTF-8 does."""
    return _root(opening(content)) or _ROOT.match(content)


def opening(content: bytes) -> bytes:
    """Return *content* up to the end of the tag of its root, if that is near: most parts of most files open alike."""
    declared = content.find(b"?>", 0, _DECLARATION_REACH)
    return content[: content.find(b">", declared + 2, _ROOT_REACH) + 1]


@lru_cache(maxsize=64)
def _root(opening: bytes) -> re.Match[bytes] | None:
    return _ROOT.match(opening)


def is_plain(content: bytes) -> bool:
    """Whether tags in *content* are what they seem: it is whole, in UTF-8, and has no comments or declarations."""
    found = root_tag(content)
    if found is None or declares(content):
        return False
    end = b"</%s>" % found[1]
    return content.endswith(end) or content[-_END_REACH:].rstrip().endswith(end)


def declares(content: bytes) -> bool:
    """Whether there are comments, declarations or raw texts in *content*."""
    return b"!" in content and b"<!" in content  # one byte is looked for fifty times as fast as two


def refers(content: bytes) -> bool:
    """Whether *content* refers to letters in other ways than can be ``resolved``."""
    return b"&" in content and _UNKNOWN.search(content) is not None


@lru_cache(maxsize=64)
def grammar(pattern: str, prefix: str) -> re.Pattern[str]:
    """Return the *pattern* with the *prefix* that elements have, for ``x:`` in it."""
    return re.compile(pattern.replace("x:", re.escape(prefix)), re.VERBOSE | re.DOTALL)


def attributes(tag: str) -> dict[str, str]:
    """Read the attributes that *tag* spells."""
    if "'" in tag:
        said = {name: one or other for name, one, other in _ATTRIBUTE.findall(tag)}
    else:
        said = dict(_QUOTED.findall(tag))  # nearly all tags have quotation marks alone
    return {name: resolved(value) for name, value in said.items()} if "&" in tag else said


def texts(content: str, names: Mapping[str, str]) -> dict[str, str]:
    """Return by its key the words that the first element of each of these *names* opens with, if it has any.

    Its namespace may be any.
    """
    said = _beginnings(*names.values()).findall(content)
    first = {name: " ".join(resolved(text).split()) for name, text in reversed(said)}
    return {key: first[name] for key, name in names.items() if first.get(name)}


@lru_cache(maxsize=8)
def _beginnings(*names: str) -> re.Pattern[str]:
    return re.compile(rf"<(?:\w+:)?({'|'.join(names)})(?:\s[^<>]*)?>([^<]*)")


def resolved(text: str) -> str:
    """Put in what the references in *text* stand for."""
    return html.unescape(text) if "&" in text else text
