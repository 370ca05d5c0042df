"""What readers are handed in these tests."""

from moonshelf.extraction.tools import Limits, Tools

TOOLS = Tools(recognise=lambda _raster: ())


def limited(**limits: int) -> Tools:
    """Return tools with other limits."""
    return Tools(recognise=TOOLS.recognise, limits=Limits(**limits))
