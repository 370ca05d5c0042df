"""What an operator graphs, in the text format of Prometheus, for whoever has an admin's key."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Final

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from moonshelf.errors import NotAllowed
from moonshelf.http.caller import known, services
from moonshelf.people.roles import ADMIN
from moonshelf.people.usage import FAILED, HOUR_S
from moonshelf.wiring import Services

_FOR_ADMINS: Final = "Metrics are for admins; use a key of an admin's account that may read"
_AGE: Final = "Seconds since the upload of the file that waits longest for a reader; 0 where none waits."
_COUNTED: Final = {  # what usage counts, by the name it is given here
    "files": ("files_uploaded", "Files uploaded."),
    "bytes": ("bytes_uploaded", "Bytes of the files uploaded."),
    "pages": ("pages_read", "Pages read; a file without pages is one."),
}


async def show(request: Request) -> Response:
    """GET /metrics: of this process what it did since its start, of the installation what its database holds."""
    service, traffic = services(request), request.app.traffic
    caller = await known(request)  # uncounted: scrapes are nobody's usage
    if "read" not in caller.scopes:
        raise NotAllowed(_FOR_ADMINS)
    held = await run_in_threadpool(_installation, service, caller.account_id, since=traffic.began)
    body = generate_latest(traffic.registry) + generate_latest(_Gathered((*_arrivals(service), *held)))
    return Response(body, media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Gathered(Collector):
    """What was looked up for one answer."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """Return it."""
        return self._metrics


def _arrivals(service: Services) -> Iterator[Metric]:
    held, settings = service.admission.held(), service.settings
    yield _labelled("build_info", "The release that answers, in its label.", "version", {version("moonshelf"): 1})
    yield _gauge("arriving_bodies", "Request bodies on their way in.", held.bodies)
    yield _gauge("arriving_memory_bytes", "Memory that request bodies on their way in hold.", held.memory)
    yield _gauge(
        "arriving_memory_limit_bytes",
        "Memory that request bodies on their way in may hold together: MOONSHELF_BODY_MEMORY.",
        int(settings.body_memory),
    )
    yield _gauge("arriving_spool_bytes", "Disk that uploads on their way in hold.", held.spool)
    yield _gauge(
        "arriving_spool_limit_bytes",
        "Disk that uploads on their way in may hold together: MOONSHELF_SPOOL_SIZE.",
        int(settings.spool_size),
    )
    yield _gauge("workers", "Slices that this process reads at once, beside short files.", settings.workers)
    yield _gauge(
        "readers_resident_bytes",
        "Memory of the readers and the recogniser of this process.",
        service.reader.resident_bytes(),
    )


def _installation(service: Services, owner: str, *, since: float) -> tuple[Metric, ...]:
    """Look up what the database knows, for an admin. Raises ``NotAllowed``."""
    if service.people.accounts.get(owner).role != ADMIN:
        raise NotAllowed(_FOR_ADMINS)
    accounts, line = service.people.accounts.list(), service.shelf.catalogue.line()
    machines = service.machines()
    reading = sum(one.reads for one in machines)
    counted: Counter[str] = Counter()
    for sums in service.people.usage.by_account(since=since // HOUR_S * HOUR_S).values():
        counted.update(sums)
    about = "Files that could not be read, by the error's code."
    failed = CounterMetricFamily("moonshelf_files_unreadable", about, labels=["reason"])
    for what, count in counted.items():
        if what.startswith(FAILED):
            failed.add_metric([what.removeprefix(FAILED)], count)
    return (
        _gauge("accounts", "Accounts that there are.", len(accounts)),
        _gauge("files", "Files that all accounts hold.", sum(one.files for one in accounts)),
        _gauge("files_bytes", "Bytes of the files that all accounts hold.", sum(one.bytes for one in accounts)),
        _gauge("slices_waiting", "Slices that wait to be read.", line.waiting),
        _gauge("slices_reading", "Slices that are being read.", line.claimed),
        _labelled("oldest_waiting_seconds", _AGE, "priority", {"normal": line.oldest_s, "bulk": line.oldest_bulk_s}),
        _labelled(
            "machines", "Servers and workers that run.", "reads", {"yes": reading, "no": len(machines) - reading}
        ),
        *(CounterMetricFamily(f"moonshelf_{name}", about, counted[what]) for what, (name, about) in _COUNTED.items()),
        failed,
    )


def _labelled(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    metric = GaugeMetricFamily(f"moonshelf_{name}", about, labels=[label])
    for value, measured in values.items():
        metric.add_metric([value], measured)
    return metric


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"moonshelf_{name}", about, value)
