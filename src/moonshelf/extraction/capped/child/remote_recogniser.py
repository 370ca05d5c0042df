"""The recogniser as a reader sees it: in another child, asked by way of the parent."""

import os
from collections.abc import Sequence

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.channels import Channel, Closed
from moonshelf.extraction.capped.child.descriptors import PIXELS
from moonshelf.extraction.tools import Line, Raster


class RemoteRecogniser:
    """Looks at one picture at a time; *gave_up* tells whether any was too much."""

    def __init__(self, channel: Channel[messages.ToChild], *, quick: bool) -> None:
        self._channel = channel
        self._quick = quick
        self.gave_up = False

    def before_drawing(self) -> None:
        """Hear that a page is about to be drawn, which takes longer than reading does. Ends what is to be quick."""
        if self._quick:
            self._channel.send(messages.TakesLong())
            raise Closed

    def recognise(self, raster: Raster) -> Sequence[Line]:
        """Have *raster* read. Raises ``LimitReached`` where it took too long."""
        view = memoryview(raster.pixels)
        if len(view) != raster.width * raster.height * 3:
            raise CorruptDocument("a picture in it has not as many pixels as it says")
        done = 0
        while done < len(view):
            done += os.pwrite(PIXELS, view[done:], done)
        self._channel.send(messages.Pixels(raster.width, raster.height))
        match self._channel.receive():
            case messages.Recognised(lines):
                return lines
            case messages.NotRecognised(sentence):
                self.gave_up = True
                raise LimitReached.__new__(LimitReached, sentence)  # past its constructor, which makes the sentence
            case _:
                raise Closed
