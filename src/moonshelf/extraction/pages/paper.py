"""What a picture with transparent parts is laid on, so that what it shows is to be seen."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_OPAQUE = 128  # alpha from which on a pixel is of what is drawn
_NEARLY_WHITE = 224
_NEARLY_ALL = 0.95  # of what is drawn, as of a logo for dark pages


def laid(image: "Image") -> "Image":
    """Return *image* without transparency: on white, or on black if nearly all that is drawn is white."""
    from PIL import Image  # noqa: PLC0415 heavy: image codecs

    if not image.has_transparency_data:
        return image
    layer = image.convert("RGBA")
    paper = "black" if _is_white(layer) else "white"
    return Image.alpha_composite(Image.new("RGBA", layer.size, paper), layer)


def _is_white(layer: "Image") -> bool:
    drawn = layer.getchannel("A").point(lambda alpha: 255 if alpha >= _OPAQUE else 0)
    levels = layer.convert("L").histogram(drawn)
    return sum(levels[_NEARLY_WHITE:]) > _NEARLY_ALL * sum(levels)
