"""What an operator graphs, in the text format of Prometheus, for whoever has an admin's key."""

import os
import resource
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from moonshelf.errors import NotAllowed
from moonshelf.http.caller import known, services
from moonshelf.http.exposition import MEDIA_TYPE, Family, Sample, exposed
from moonshelf.http.traffic import BOUNDS, Traffic
from moonshelf.people.sessions import ADMIN
from moonshelf.people.usage import FAILED, HOUR_S
from moonshelf.wiring import Services

_FOR_ADMINS: Final = "Metrics are for admins; use a key of an admin's account that may read"
_COUNTED: Final = {  # what usage counts, by the name it is given here
    "files": ("files_uploaded", "Files uploaded."),
    "bytes": ("bytes_uploaded", "Bytes of them."),
    "pages": ("pages_read", "Pages read; a file without pages is one."),
}


async def show(request: Request) -> Response:
    """GET /metrics: of this process what it did since its start, of the installation what its database holds."""
    service, traffic = services(request), request.app.traffic
    caller = await known(request)  # uncounted: scrapes are nobody's usage
    if "read" not in caller.scopes:
        raise NotAllowed(_FOR_ADMINS)
    found = await run_in_threadpool(_installation, service, caller.account_id, since=traffic.began)
    families = (*_traffic(traffic), *_arrivals(service), *found, *_process(traffic))
    return Response(exposed(families), media_type=MEDIA_TYPE)


def _traffic(traffic: Traffic) -> Iterator[Family]:
    answers = [
        Sample(count, {"method": method, "route": route, "status": status})
        for (method, route, status), count in traffic.answers.items()
    ]
    yield Family("moonshelf_requests_total", "counter", "Requests answered by this process.", answers)
    yield Family("moonshelf_request_seconds", "histogram", "Until the end of the answer.", _buckets(traffic))


def _buckets(traffic: Traffic) -> Iterator[Sample]:
    for (method, route), times in traffic.times.items():
        of = {"method": method, "route": route}
        for bound, count in zip((*BOUNDS, "+Inf"), accumulate(times.counts), strict=True):
            yield Sample(count, of | {"le": bound}, "_bucket")
        yield Sample(times.seconds, of, "_sum")
        yield Sample(sum(times.counts), of, "_count")


def _arrivals(service: Services) -> Iterator[Family]:
    held, settings = service.admission.held(), service.settings
    yield _gauge("arriving_bodies", "Bodies on their way in.", held.bodies)
    yield _gauge("arriving_memory_bytes", "Memory that they hold.", held.memory)
    yield _gauge("arriving_memory_limit_bytes", "MOONSHELF_BODY_MEMORY.", int(settings.body_memory))
    yield _gauge("arriving_spool_bytes", "Disk that they hold.", held.spool)
    yield _gauge("arriving_spool_limit_bytes", "MOONSHELF_SPOOL_SIZE.", int(settings.spool_size))
    yield _gauge("workers", "Slices that this process reads at once, beside short files.", settings.workers)


def _installation(service: Services, owner: str, *, since: float) -> tuple[Family, ...]:
    """Look up what the database knows, for an admin. Raises ``NotAllowed``."""
    if service.people.accounts.get(owner).role != ADMIN:
        raise NotAllowed(_FOR_ADMINS)
    accounts, line = service.people.accounts.list(), service.shelf.catalogue.line()
    counted: Counter[str] = Counter()
    for sums in service.people.usage.by_account(since=since // HOUR_S * HOUR_S).values():
        counted.update(sums)
    failed = [
        Sample(count, {"reason": what.removeprefix(FAILED)})
        for what, count in counted.items()
        if what.startswith(FAILED)
    ]
    return (
        _gauge("accounts", "Accounts.", len(accounts)),
        _gauge("files", "Files that they hold.", sum(one.files for one in accounts)),
        _gauge("files_bytes", "Bytes of them.", sum(one.bytes for one in accounts)),
        _gauge("slices_waiting", "Slices that wait to be read.", line.waiting),
        _gauge("slices_reading", "Slices that are being read.", line.claimed),
        *(_counter(name, about, [Sample(counted[what])]) for what, (name, about) in _COUNTED.items()),
        _counter("files_unreadable", "Files that could not be read, by the error's code.", failed),
    )


def _process(traffic: Traffic) -> Iterator[Family]:
    resident = int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    spent = resource.getrusage(resource.RUSAGE_SELF)
    described = (
        ("resident_memory_bytes", "gauge", "Memory of this process; readers have their own.", resident),
        ("open_fds", "gauge", "Open files.", sum(1 for _ in Path("/proc/self/fd").iterdir())),
        ("cpu_seconds_total", "counter", "Processor time.", spent.ru_utime + spent.ru_stime),
        ("start_time_seconds", "gauge", "Start, in Unix seconds.", traffic.began),
    )
    for name, kind, about, value in described:
        yield Family(f"process_{name}", kind, about, [Sample(value)])


def _gauge(name: str, about: str, value: float) -> Family:
    return Family(f"moonshelf_{name}", "gauge", about, [Sample(value)])


def _counter(name: str, about: str, samples: Iterable[Sample]) -> Family:
    return Family(f"moonshelf_{name}_total", "counter", about, samples)
