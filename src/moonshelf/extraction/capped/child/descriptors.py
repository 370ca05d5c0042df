"""The descriptors of a child: what each number leads to, and how it comes there."""

import fcntl
import os
import socket

from moonshelf.extraction.capped.channels import Closed

HANDOVER, CHANNEL, DOCUMENT, PIXELS = 3, 4, 5, 6
"""Beside the standard ones, which lead nowhere; the last three come over the first."""


def receive() -> socket.socket:
    """Wait for the channel, the document and the file of pixels; return the channel. Raises ``Closed``."""
    with socket.socket(fileno=HANDOVER) as handover:
        _, received, _, _ = socket.recv_fds(handover, 1, PIXELS - HANDOVER)
        if len(received) != PIXELS - HANDOVER:
            raise Closed
    # First out of the way of the numbers they are to have, then onto them.
    aside = [moved(one) for one in received]
    for number, one in enumerate(aside, CHANNEL):
        os.dup2(one, number)
        os.close(one)
    return socket.socket(fileno=CHANNEL)


def moved(descriptor: int) -> int:
    """Give an open file a number that is in nobody's way, and return that."""
    elsewhere = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 64)
    os.close(descriptor)
    return elsewhere
