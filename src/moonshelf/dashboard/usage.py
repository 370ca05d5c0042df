"""Usage: requests, pages, bytes and failures over time; one's own, or for admins everybody's."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from starlette.responses import Response

from moonshelf.dashboard.charts import HEIGHT, WIDTH, chart
from moonshelf.dashboard.files import meters
from moonshelf.dashboard.visits import Visit
from moonshelf.people.usage import FAILED, Sum

SPANS: Final[Mapping[str, tuple[int, int]]] = {"day": (24, 3_600), "month": (30, 86_400), "year": (52, 604_800)}
"""Name of a span of time -> how many steps of how many seconds."""


def show(visit: Visit) -> Response:
    """GET /dashboard/usage."""
    span = visit.said("span", "month")
    steps, step_s = SPANS.get(span, SPANS["month"])
    now = int(visit.services.clock())
    since = now // step_s * step_s - (steps - 1) * step_s
    everybody = visit.session.admin and visit.said("of") == "all"
    account_id = None if everybody else visit.account_id
    sums = visit.services.people.usage.sums(since=since, step_s=step_s, account_id=account_id)
    failures = _failures(sums)
    draw = partial(chart, since=since, steps=steps, step_s=step_s)
    charts = {name: draw([one for one in sums if one.what == name.lower()]) for name in ("Requests", "Pages", "Bytes")}
    charts["Failures"] = draw([one for one in sums if one.what.startswith(FAILED)], kinds=tuple(failures) or ("",))
    held, room = meters(visit)
    return visit.show(
        "usage.html",
        charts=charts,
        failures=failures.items(),
        span=span if span in SPANS else "month",
        spans=tuple(SPANS),
        everybody=everybody,
        held=held,
        room=room,
        width=WIDTH,
        height=HEIGHT,
    )


def _failures(sums: Iterable[Sum]) -> dict[str, int]:
    """Count failures by their codes, the most frequent first."""
    found = Counter[str]()
    for one in sums:
        if one.what.startswith(FAILED):
            found[one.what.removeprefix(FAILED)] += one.count
    return dict(found.most_common())
