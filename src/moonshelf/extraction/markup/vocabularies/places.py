"""Places in KML, and ways, waypoints and tracks in GPX: what they are called, what is said of them, where they are."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import spelt_markup, wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary, is_mixed
from moonshelf.extraction.markup.vocabularies.wording import named, said

if TYPE_CHECKING:
    from lxml.etree import _Element

_FEATURES = (
    "document", "folder", "placemark", "networklink", "groundoverlay", "screenoverlay", "photooverlay", "tour",
)  # fmt: skip
_LOOKS = frozenset(
    {
        "style", "stylemap", "styleurl", "schema", "schemaurl", "lookat", "camera", "visibility", "open", "extrude",
        "tessellate", "altitudemode", "draworder", "color", "flytoview", "refreshvisibility", "overlayxy", "screenxy",
        "rotationxy", "size", "region", "snippet", "playlist",
    }
)  # fmt: skip
"""How a feature is drawn and from where it is looked at; a snippet is the beginning of its description."""
_OWN = ("name", "description")
_LABELS = {
    "coordinates": "Longitude and latitude", "coord": "Longitude and latitude", "href": "Link", "when": "Time",
    "lat": "Latitude", "lon": "Longitude", "ele": "Elevation", "cmt": "Comment", "desc": "Description", "src": "Source",
    "sym": "Symbol",
}  # fmt: skip
_POINTS = ("wpt", "rtept", "trkpt")
_PARTS = (*_POINTS, "trkseg", "rte", "trk")
_PLACE = ("lat", "lon")
_FEW = 4  # parts of what has a name and a value
_MOST_COLUMNS = 40  # the format has 20 of its own
_ONE = "Point"  # the only column where there would be more


def _feature(element: "_Element", translation: Translation) -> None:
    """Put a feature's name first, what is told of it, its facts line by line, then the features in it."""
    element.tag = "section"
    children = [one for one in element if local(one) and local(one) not in _LOOKS]
    parts = {name: [one for one in children if local(one) == name] for name in _OWN}
    features = [one for one in children if local(one) in _FEATURES]
    facts = [fact for one in children if local(one) not in (*_OWN, *_FEATURES) for fact in _facts(one)]
    for name in parts["name"][:1]:
        wording.rank(name)
        translation.metadata.setdefault("title", said(name))
    told = [spelt_markup.unfolded(one, sections=1) for one in parts["description"] if said(one)]
    element.text = None
    element[:] = [*parts["name"][:1], *told, wording.lines(facts), *features]
    for one in element:
        one.tail = None


def _facts(element: "_Element") -> Iterator[str]:
    """Say what stands in *element*, by the names that it has or is given."""
    for one in _leaves(element):
        shown = _shown(one)
        if shown and local(one) not in _LOOKS and local(one) != "displayname":
            yield f"{_label(one)}: {shown}"


def _leaves(element: "_Element") -> Iterator["_Element"]:
    """Yield what says something itself."""
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if not len(one) or is_mixed(one) or local(one) == "link":
            yield one
        else:
            waiting.extend(reversed(one))


def _shown(leaf: "_Element") -> str:
    """Return the text of a *leaf*, with the address that it links to; without a text what its attributes say."""
    text, stated = said(leaf), wording.stated(leaf)
    if text:
        return " ".join(filter(None, (text, stated.get("href", ""))))
    return stated.get("href") or ", ".join(f"{name} {value}" for name, value in stated.items())


def _label(element: "_Element") -> str:
    """Return what the file calls that which *element* says, or the words of its name."""
    given = element if local(element) == "simpledata" else element.getparent()
    if given is None or local(given) not in ("data", "simpledata"):
        return _spelt(wording.name(element))
    shown = next((said(one) for one in islice(given, _FEW) if local(one) == "displayname"), "")
    return shown or given.get("name") or _spelt(wording.name(element))


def _spelt(name: str) -> str:
    return _LABELS.get(name.lower()) or wording.spelt(name).capitalize()


def _journey(element: "_Element", translation: Translation) -> None:
    """Put what is said of a way or track first, then its points in a table."""
    element.tag = "section"
    for one in element:
        one.tail = None
    titles = [one for one in element if local(one) == "name"][:1]
    for title in titles:
        wording.rank(title)
        translation.metadata.setdefault("title", said(title))
    facts = [fact for one in element if one not in titles and local(one) not in _PARTS for fact in _facts(one)]
    tables = [_table(points) for points in _stretches(element)]
    inner = [one for one in element if local(one) in ("rte", "trk")]
    element.text = None
    element[:] = [*titles, wording.lines(facts), *tables, *inner]


def _stretches(element: "_Element") -> Iterator[list["_Element"]]:
    """Yield the points that stand in *element* itself, then those of each segment."""
    for one in (element, *(one for one in element if local(one) == "trkseg")):
        points = [point for point in one if local(point) in _POINTS]
        if points:
            yield points


def _table(points: Sequence["_Element"]) -> "_Element":
    rows = list(map(_told, points))
    columns = list(dict.fromkeys((*_PLACE, *(name for row in rows for name in row))))
    if len(columns) > _MOST_COLUMNS:
        rows, columns = [{_ONE: "; ".join(f"{_spelt(name)}: {row[name]}" for name in row)} for row in rows], [_ONE]
    table = named("table", "")
    table.append(_row("th", map(_spelt, columns)))
    table.extend(_row("td", (row.get(name, "") for name in columns)) for row in rows)
    return table


def _told(point: "_Element") -> dict[str, str]:
    """Return what is said of a point and where it is, by the names of the elements."""
    told: dict[str, list[str]] = {name: [text] for name, text in wording.stated(point).items()}
    for one in (leaf for part in point for leaf in _leaves(part)):
        if shown := _shown(one):
            told.setdefault(wording.name(one), []).append(shown)
    return {name: "; ".join(texts) for name, texts in told.items()}


def _row(tag: str, texts: Iterable[str]) -> "_Element":
    row = named("tr", "")
    row.extend(named(tag, text) for text in texts)
    return row


PLACES = Vocabulary(
    names={"kml": "div"},
    rules={
        **dict.fromkeys(_FEATURES, _feature),
        **dict.fromkeys(("gpx", "rte", "trk"), _journey),
    },
)
