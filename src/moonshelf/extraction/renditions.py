"""Media as a model is shown them: what an image or a video measures, what is wanted of it, and what was made of it."""

import msgspec


class Measures(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an image or a video states, found by decoding it: upright size in pixels, seconds, pictures, codec.

    Seconds and pictures are None where the file does not state them, as a live recording does not.
    """

    width: int
    height: int
    codec: str
    frames: int | None = None
    duration: float | None = None


class Wanted(msgspec.Struct, frozen=True):
    """What a model takes: media types of images, the longest side in pixels, most bytes, most pictures of one file."""

    types: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp", "image/gif")
    side: int = 4096
    most_bytes: int = 20 * 2**20
    pictures: int = 16
    plain: bool = True  # nothing but pixels: no place, no camera, no comment
    whole: bool = False  # a video as it is
    words: bool = True  # what is said in a video, where that can be read


class Rendition(msgspec.Struct, frozen=True, tag=True):
    """A picture or a text made of a file; *data* is empty where the file itself is to be sent as it is.

    ``place`` says where in the file it was: ``00:00:02.0``, ``page 2 of 3``.
    """

    media_type: str
    data: bytes
    width: int = 0
    height: int = 0
    place: str = ""
    degraded: bool = False  # by a limit: another attempt may give more, so it is not kept
