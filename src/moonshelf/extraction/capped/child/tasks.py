"""What a child does: confine itself, carry out one order, and say how it went. Nothing here runs in the parent."""

import os
import time
from pathlib import Path
from typing import NoReturn

from moonshelf.errors import MoonshelfError
from moonshelf.extraction.capped import caps, messages, sandbox
from moonshelf.extraction.capped.channels import Channel, Closed
from moonshelf.extraction.capped.child import descriptors, recogniser

_Channel = Channel[messages.ToChild]


def perform(scratch: Path, parent: int) -> NoReturn:
    """Be confined, wait for an order, carry it out and end; end too when process *parent* does."""
    try:
        statm = descriptors.moved(os.open("/proc/self/statm", os.O_RDONLY))  # while it may still open it
        held = sandbox.confine(scratch, parent=parent)
        channel = Channel(descriptors.receive(), messages.TO_CHILD)
        channel.send(_outcome(channel, held, statm))
    except Closed:
        pass  # nobody listens any more
    finally:
        os._exit(0)  # what a reader registered to run at exit is no longer of interest


def _outcome(channel: _Channel, held: sandbox.Confinement, statm: int) -> messages.FromChild:
    try:
        order = _order(channel)
        caps.limit(order.caps)
        sandbox.insist(held, order.mode)
        _carry_out(order.task, channel, held, statm)
    except MoonshelfError as error:
        return messages.Failed(error.code, str(error))
    except Closed:
        raise
    except BaseException as error:  # noqa: BLE001 a panic in Rust is no Exception; the outermost loop of the sandbox
        return messages.Broken.by(error)
    return messages.Finished(time.process_time())


def _carry_out(task: messages.Task, channel: _Channel, held: sandbox.Confinement, statm: int) -> None:
    match task:
        case messages.RunRecogniser():
            recogniser.run(task, channel, statm)
        case messages.Probe():
            channel.send(messages.Holds(held))
        case messages.ReadPages() | messages.JoinParts():
            _read(task, channel)
        case _:
            _make_pictures(task, channel)


def _read(task: messages.ReadPages | messages.JoinParts, channel: _Channel) -> None:
    from moonshelf.extraction.capped.child import documents  # noqa: PLC0415 as the server imports this module too

    match task:
        case messages.ReadPages():
            documents.read(task, channel)
        case messages.JoinParts():
            documents.join(task, channel)


def _make_pictures(task: messages.PaintPage | messages.MeasureMedia | messages.RenderMedia, channel: _Channel) -> None:
    from moonshelf.extraction.capped.child import pictures  # noqa: PLC0415 as above

    match task:
        case messages.PaintPage():
            pictures.paint(task, channel)
        case messages.MeasureMedia():
            pictures.measure(task, channel)
        case messages.RenderMedia():
            pictures.render(task, channel)


def _order(channel: _Channel) -> messages.Order:
    order = channel.receive()
    if not isinstance(order, messages.Order):
        raise Closed
    return order
