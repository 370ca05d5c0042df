"""Profile of a line: in which columns of its picture there is ink, be it dark on light or light on dark."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cv2.typing
    import numpy as np
    from numpy.typing import NDArray

_EDGE = 10  # of its height, at the top and at the bottom each, shows the lines above and below


def inked(line: "NDArray[np.uint8]") -> "NDArray[np.intp]":
    """Return the columns of the coloured picture *line* in which there is ink."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    height = line.shape[0]
    brightness = cv2.cvtColor(line[height // _EDGE : height - height // _EDGE], cv2.COLOR_RGB2GRAY)
    darkest = on_light(brightness).min(axis=0)
    return np.flatnonzero(darkest < (float(darkest.min()) + float(darkest.max())) / 2)


def on_light(brightness: "cv2.typing.MatLike") -> "cv2.typing.MatLike":
    """Return *brightness* so that the ink is dark: most of a line is what it is printed on."""
    import numpy as np  # noqa: PLC0415 heavy

    middle = (int(brightness.min()) + int(brightness.max())) / 2
    return 255 - brightness if np.count_nonzero(brightness < middle) * 2 > brightness.size else brightness
