"""Scales: from the coordinates that a group of shapes has of its own to those of the slide."""

from typing import Final

import msgspec

from moonshelf.extraction.document import Box


class Scale(msgspec.Struct, frozen=True):
    """What lengths are multiplied by, and where a group's own origin stands, in points."""

    x: float = 1.0
    y: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def box(self, box: Box) -> Box:
        """Return *box* in coordinates of the slide."""
        left, top, right, bottom = box
        x, y = self.left, self.top
        return (x + left * self.x, y + top * self.y, x + right * self.x, y + bottom * self.y)

    def inside(self, own: Box, place: Box) -> "Scale":
        """Return the scale inside a group that fills *place* here and *own* in its own coordinates."""
        to = self.box(place)
        x = (to[2] - to[0]) / (own[2] - own[0]) if own[2] != own[0] else self.x
        y = (to[3] - to[1]) / (own[3] - own[1]) if own[3] != own[1] else self.y
        return Scale(x, y, to[0] - own[0] * x, to[1] - own[1] * y)


UNSCALED: Final = Scale()
