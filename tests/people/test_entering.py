"""Ways in: passwords that are guessed at a few times, sessions and links that end, people whom a provider knows."""

import hashlib
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

import shelves
from moonshelf.db import now
from moonshelf.db.tables import attempts, journeys, links, sessions
from moonshelf.errors import InvalidRequest, NotAllowed
from moonshelf.people import passwords as passwords_module
from moonshelf.people.audit import Audit
from moonshelf.people.identities import Identities
from moonshelf.people.openid import Person
from moonshelf.people.passwords import LOCK_S, MOST_FAILURES, LockedOut, Passwords, Refused
from moonshelf.people.sessions import LinkUsed, Sessions

_PASSWORD = "correct horse battery"  # noqa: S105 - of a test


def _person(subject: str = "1", *, issuer: str = "https://id.example", admin: bool | None = False) -> Person:
    return Person(issuer, subject, f"{subject}@{issuer.removeprefix('https://')}", admin)


def test_a_session_ends_with_its_time_and_a_link_with_its_day(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    assert (
        Sessions(shelf.database, lifetime_s=0).find(
            Sessions(shelf.database, lifetime_s=0).open(account, how="password")
        )
        is None
    )
    lasting = Sessions(shelf.database, lifetime_s=60)
    assert lasting.find(lasting.open(account, how="password")) is not None
    closed = lasting.open(account, how="password")
    lasting.close(closed)
    assert lasting.find(closed) is None
    assert {one.subject for one in Audit(shelf.database, keep_s=60).latest(limit=9, action="session.opened")} == {
        "password"
    }
    used, link = lasting.invite(account), lasting.invite(account)
    assert lasting.accept(used) == account
    with pytest.raises(LinkUsed):
        lasting.accept(used)
    assert lasting.invited(link) == "ada"
    with shelf.database.write() as tx:
        tx.execute(update(links).values(expires_at=1))
    for use in (lasting.invited, lasting.accept):
        with pytest.raises(LinkUsed):
            use(link)


def test_a_right_password_forgives_wrong_ones_and_time_a_lock(shelf: shelves.Shelf) -> None:
    passwords, account = Passwords(shelf.database), shelf.account("ada")
    passwords.set(account, _PASSWORD)
    for _ in range(2):
        for _ in range(MOST_FAILURES - 1):
            with pytest.raises(Refused):
                passwords.check("ada", "wrong")
        assert passwords.check("ada", _PASSWORD) == account
    for _ in range(MOST_FAILURES):
        with suppress(Refused):
            passwords.check("ada", "wrong")
    with pytest.raises(LockedOut):
        passwords.check("ada", _PASSWORD)
    with shelf.database.write() as tx:
        tx.execute(update(attempts).values(until=1))
    assert passwords.check("ada", _PASSWORD) == account


def test_a_password_is_neither_short_nor_endless(shelf: shelves.Shelf) -> None:
    passwords, account = Passwords(shelf.database), shelf.account("ada")
    for wrong in ("x" * 9, "x" * 1_001):
        with pytest.raises(InvalidRequest):
            passwords.set(account, wrong)
    assert not passwords.given(account)
    for right in ("x" * 10, "x" * 1_000):
        passwords.set(account, right)
        assert passwords.check("ada", right) == account


def test_a_new_password_ends_the_sessions_of_its_account_alone_and_is_noted(shelf: shelves.Shelf) -> None:
    passwords, opened = Passwords(shelf.database), Sessions(shelf.database, lifetime_s=60)
    ada, ben = (shelf.account(name) for name in ("ada", "ben"))
    of_ada, of_ben = (opened.open(one, how="link") for one in (ada, ben))
    passwords.set(ada, _PASSWORD)
    assert opened.find(of_ada) is None
    assert opened.find(of_ben) is not None
    (noted,) = Audit(shelf.database, keep_s=60).latest(limit=9, action="password.set")
    assert noted.account == "ada"


def test_a_right_password_forgives_nobody_else_and_a_wrong_one_prolongs_the_lock(shelf: shelves.Shelf) -> None:
    passwords = Passwords(shelf.database)
    for name in ("ada", "ben"):
        passwords.set(shelf.account(name), _PASSWORD)
    for number in range(MOST_FAILURES):
        with pytest.raises(Refused):
            passwords.check("ben", f"wrong {number}")
        with shelf.database.write() as tx:
            at = now(tx)
            assert tx.execute(select(attempts.c.until)).scalar_one() > at + LOCK_S - 60
            tx.execute(update(attempts).values(until=int(at) + 60))
    assert passwords.check("ada", _PASSWORD)
    with pytest.raises(LockedOut):
        passwords.check("ben", _PASSWORD)


def test_an_account_without_a_password_opens_to_none(shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords_module, "_NOBODYS", passwords_module._HASHER.hash(_PASSWORD))
    shelf.account("ada")
    for name in ("ada", "nobody"):
        with pytest.raises(Refused):
            Passwords(shelf.database).check(name, _PASSWORD)
    noted = Audit(shelf.database, keep_s=60).latest(limit=9, action="session.refused")
    assert [one.account for one in noted] == ["ada"]


def test_a_name_that_nobody_has_takes_as_long_as_one_that_somebody_has(shelf: shelves.Shelf) -> None:
    passwords = Passwords(shelf.database)
    passwords.set(shelf.account("ada"), _PASSWORD)
    took_s = {"ada": 9.0, "nobody": 9.0}
    for name in [*took_s] * 3:
        began = time.thread_time()
        with pytest.raises(Refused):
            passwords.check(name, "wrong")
        took_s[name] = min(took_s[name], time.thread_time() - began)
    assert took_s["nobody"] > took_s["ada"] / 2


def test_what_is_over_is_forgotten_and_what_opens_doors_is_kept_as_a_hash(shelf: shelves.Shelf) -> None:
    account, over = shelf.account(), Sessions(shelf.database, lifetime_s=0)
    over.open(account, how="link")
    over.invite(account)
    with shelf.database.write() as tx:
        tx.execute(update(links).values(expires_at=1))
    opened, invited = over.open(account, how="link"), over.invite(account)
    with shelf.database.read() as tx:
        (session,), (link,) = (tx.execute(select(table.c.hash)).scalars().all() for table in (sessions, links))
    assert (session, link) == tuple(hashlib.sha256(token.encode()).hexdigest() for token in (opened, invited))


def test_the_token_of_a_form_is_of_one_session(shelf: shelves.Shelf) -> None:
    account, both = shelf.account(), Sessions(shelf.database, lifetime_s=60)
    found = [both.find(both.open(account, how="link")) for _ in range(2)]
    assert len({one.csrf for one in found if one is not None}) == 2


def test_a_subject_is_somebody_of_one_issuer(shelf: shelves.Shelf) -> None:
    identities = Identities(shelf.database)
    first = identities.enter(_person("1"))
    assert identities.enter(_person("1")) == first
    assert identities.enter(_person("2")) != first
    assert identities.enter(_person("1", issuer="https://other.example")) != first


def test_the_role_of_an_account_that_was_here_before_is_not_its_providers_to_say(shelf: shelves.Shelf) -> None:
    identities, own = Identities(shelf.database), shelf.account("ada")
    identities.connect(own, _person("1"))
    assert identities.enter(_person("1", admin=True)) == own
    assert shelf.accounts.get(own).role == "member"
    followed = identities.enter(_person("2"))
    identities.enter(_person("2", admin=True))
    assert shelf.accounts.get(followed).role == "admin"


def test_a_journey_ends_once_and_with_its_time(shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    identities = Identities(shelf.database)
    secret = identities.depart(wanted="/dashboard")
    assert identities.arrive(secret).wanted == "/dashboard"
    with pytest.raises(NotAllowed):
        identities.arrive(secret)
    monkeypatch.setattr("moonshelf.people.identities.JOURNEY_S", 0)
    with pytest.raises(NotAllowed):
        identities.arrive(identities.depart(wanted="/dashboard"))


def test_journeys_that_came_to_no_end_are_forgotten(shelf: shelves.Shelf) -> None:
    identities = Identities(shelf.database)
    identities.depart(wanted="/dashboard")
    with shelf.database.write() as tx:
        tx.execute(update(journeys).values(expires_at=1))
    identities.depart(wanted="/dashboard")
    with shelf.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(journeys)).scalar_one() == 1


def test_a_provider_that_says_nothing_of_roles_changes_none_and_others_are_noted(shelf: shelves.Shelf) -> None:
    identities, log = Identities(shelf.database), Audit(shelf.database, keep_s=60)
    account = identities.enter(_person("1", admin=True))
    identities.enter(_person("1", admin=None))
    assert shelf.accounts.get(account).role == "admin"
    assert not log.latest(limit=9, action="role.changed")
    identities.enter(_person("1", admin=False))
    (noted,) = log.latest(limit=9, action="role.changed")
    assert (noted.subject, shelf.accounts.get(account).role) == ("member", "member")


def test_an_account_is_connected_with_whom_it_was_connected_last_under_the_name_said_last(shelf: shelves.Shelf) -> None:
    identities, own = Identities(shelf.database), shelf.account("ada")
    for subject in ("1", "2"):
        identities.connect(own, _person(subject))
    identities.enter(replace(_person("2"), name="ada lovelace"))
    assert (connected := identities.of(own)) is not None
    assert (connected.subject, connected.name) == ("2", "ada lovelace")
    assert identities.enter(_person("1")) != own
