"""The catalogue: an account's files as a person looks for them, and what of the work is still to be done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select

from moonshelf.db import Database, now
from moonshelf.db.tables import accounts, files, slices
from moonshelf.shelf.files import CREATED, File, with_progress
from moonshelf.work.slices import Slices

PAGE: Final = 20
"""Files on one page of the list."""

_SHARES: Final = 10

_Order = Callable[[], tuple[ColumnElement[object], ...]]
_ORDERS: Final[Mapping[str, _Order]] = {
    "newest": lambda: (files.c.id.desc(),),
    "oldest": lambda: (files.c.id.asc(),),
    "name": lambda: (func.lower(files.c.filename).asc(), files.c.id.asc()),
    "largest": lambda: (files.c.bytes.desc(), files.c.id.asc()),
    "pages": lambda: (func.coalesce(files.c.pages, 0).desc(), files.c.id.asc()),
    "status": lambda: (files.c.status.asc(), files.c.id.desc()),
}
SORTS: Final = tuple(_ORDERS)


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; empty is no condition. *page* counts from 1."""

    text: str = ""
    purpose: str = ""
    status: str = ""
    sort: str = "newest"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, and how many there are on all pages."""

    files: Sequence[File]
    total: int


@dataclass(frozen=True, slots=True)
class Share:
    """What of the work is one account's."""

    name: str
    waiting: int
    claimed: int


@dataclass(frozen=True, slots=True)
class Line:
    """Slices that wait and slices that are being read, over all accounts; *accounts*: those with most of them.

    *oldest_s* and *oldest_bulk_s*: seconds since the upload of the file that waits longest, of each priority.
    """

    waiting: int
    claimed: int
    accounts: Sequence[Share]
    oldest_s: float
    oldest_bulk_s: float


class Catalogue:
    """Looks files up; changes nothing."""

    def __init__(self, database: Database, slices_: Slices) -> None:
        self._db = database
        self._slices = slices_

    def search(self, account_id: str, query: Query) -> Found:
        """Return the files of an account that *query* describes."""
        matching = _matching(account_id, query)
        order = _ORDERS.get(query.sort, _ORDERS["newest"])()
        page = select(files).where(*matching).order_by(*order).limit(PAGE).offset((max(query.page, 1) - 1) * PAGE)
        with self._db.read() as tx:
            total = tx.execute(select(func.count()).select_from(files).where(*matching)).scalar_one()
            rows = tx.execute(page).mappings().all()
            return Found(with_progress(tx, self._slices, [File(**row) for row in rows]), total)

    def unread(self, account_id: str) -> Sequence[File]:
        """Return the newest files of an account that are still being read, with their progress."""
        wanted = select(files).where(files.c.account_id == account_id, files.c.status == CREATED)
        with self._db.read() as tx:
            rows = tx.execute(wanted.order_by(files.c.id.desc()).limit(2 * PAGE)).mappings().all()
            return with_progress(tx, self._slices, [File(**row) for row in rows])

    def line(self) -> Line:
        """Count the work of all accounts."""
        waiting, claimed = (func.count().filter(slices.c.state == state) for state in ("waiting", "claimed"))
        theirs = select(accounts.c.name, waiting.label("waiting"), claimed.label("claimed"))
        theirs = theirs.join_from(slices, accounts).where(slices.c.state != "done").group_by(accounts.c.name)
        since = select(slices.c.bulk, func.min(files.c.created_at)).join_from(slices, files)
        since = since.where(slices.c.state == "waiting").group_by(slices.c.bulk)
        with self._db.read() as tx:
            ages = {bulk: max(0.0, now(tx) - uploaded_at) for bulk, uploaded_at in tx.execute(since)}
            shares = [Share(*row) for row in tx.execute(theirs.order_by(func.count().desc(), accounts.c.name))]
        return Line(
            waiting=sum(one.waiting for one in shares),
            claimed=sum(one.claimed for one in shares),
            accounts=shares[:_SHARES],
            oldest_s=ages.get(False, 0.0),
            oldest_bulk_s=ages.get(True, 0.0),
        )


def _matching(account_id: str, query: Query) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [files.c.account_id == account_id]
    if query.text:
        conditions.append(files.c.filename.icontains(query.text, autoescape=True))
    if query.purpose:
        conditions.append(files.c.purpose == query.purpose)
    if query.status:
        conditions.append(files.c.status == query.status)
    return conditions
