"""A body on its way in: let in, paid for, and streamed to a file as it comes, never held in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from moonshelf.errors import InvalidRequest
from moonshelf.http.caller import at_gate, services
from moonshelf.http.uploads.form import Form
from moonshelf.http.uploads.writing import Writer, begin
from moonshelf.limits.admission import Arrival

_FORM_OVERHEAD = 64 * 1024  # a body is longer than its file by less than this; a sane client's by under 1 KiB


@dataclass(frozen=True, slots=True)
class Bound:
    """How many bytes a form may bring, and what is said of more."""

    size: int
    refusal: InvalidRequest


@dataclass
class Arriving:
    """A form that was let in. Of what it brings *known* bytes are sure, never more than there can be."""

    request: Request
    form: Form
    bound: Bound
    known: int
    arrival: Arrival
    charged: AsyncExitStack

    async def receive(self, path: Path, watch: Callable[[], Awaitable[None]]) -> Writer:
        """Write what the form brings to *path*; *watch* is called with each chunk. Raises ``RequestError``."""
        with begin(path) as target:
            writer = Writer(target, limit=self.bound.size, refusal=self.bound.refusal)
            await self._stream(writer, watch)
        await self.charged.aclose()  # before anything is made of it
        return writer

    async def _stream(self, writer: Writer, watch: Callable[[], Awaitable[None]]) -> None:
        admission, form = services(self.request).admission, self.form
        try:
            async for chunk in self.request.stream():
                admission.came(self.arrival, len(chunk))
                for piece in form.feed(chunk):
                    await writer.write(piece)
                await watch()
        except ClientDisconnect:
            raise InvalidRequest("Invalid request: the connection ended before the body did") from None
        await writer.end()
        if not form.ended:
            raise InvalidRequest("Invalid request: the multipart body ends before its last boundary")
        if form.filename is None:
            raise InvalidRequest(f"Invalid request: the form has no {form.brings!r} part with a file name")


@dataclass
class Heartbeat:
    """Does something on a thread now and then, while a body takes long to arrive."""

    act: Callable[[], None]
    every_s: float
    last: float = field(default_factory=monotonic)

    async def beat(self) -> None:
        """Do it if it is time."""
        if monotonic() - self.last > self.every_s:
            self.last = monotonic()
            await run_in_threadpool(self.act)


@asynccontextmanager
async def admitted(request: Request, account_id: str, form: Form, bound: Bound) -> AsyncIterator[Arriving]:
    """Hold room for a body until the block ends. Raises ``RequestError`` where it is too long or there is no room."""
    length = int(request.headers.get("content-length", 0))
    if length > bound.size + _FORM_OVERHEAD:
        raise bound.refusal
    with services(request).admission.upload(account_id, size=length or bound.size) as arrival:
        async with AsyncExitStack() as charged:
            await charged.enter_async_context(_charged(request, arrival, length))
            yield Arriving(request, form, bound, max(0, length - _FORM_OVERHEAD), arrival, charged)


@asynccontextmanager
async def _charged(request: Request, arrival: Arrival, length: int) -> AsyncIterator[None]:
    """Charge the bytes that are announced, and in the end those that came instead, whatever becomes of them.

    Of a body that announces none one byte is charged at first: whoever has used up all there is has to wait.
    """
    gate, most = services(request).gate, arrival.left
    await at_gate(request, gate.charge, upload_bytes=length or 1)
    try:
        yield
    finally:
        await at_gate(request, gate.settle, upload_bytes=most - arrival.left)
