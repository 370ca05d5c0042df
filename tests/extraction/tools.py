"""What readers are handed in these tests."""

from moonshelf.extraction import nested, registry
from moonshelf.extraction.tools import Limits, Tools

TOOLS = Tools(recognise=lambda _raster: ())


def limited(**limits: int) -> Tools:
    """Return tools with other limits."""
    return Tools(recognise=TOOLS.recognise, limits=Limits(**limits))


def nesting(**limits: int) -> Tools:
    """Return tools that read files inside files too, with other limits."""
    bounds = Limits(**limits)
    return Tools(TOOLS.recognise, bounds, nested.reader(registry.find, bounds))
