"""Ways in: passwords that are guessed at a few times, sessions and links that end, people whom a provider knows."""

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

import shelf as shelves
from moonshelf.db.tables import attempts, journeys, links
from moonshelf.errors import NotAllowed
from moonshelf.people.audit import Audit
from moonshelf.people.identities import Identities
from moonshelf.people.openid import Person
from moonshelf.people.passwords import MOST_FAILURES, LockedOut, Passwords, Refused
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
    sessions = Sessions(shelf.database, lifetime_s=60)
    assert sessions.find(sessions.open(account, how="password")) is not None
    link = sessions.invite(account)
    assert sessions.invited(link) == "ada"
    with shelf.database.write() as tx:
        tx.execute(update(links).values(expires_at=1))
    for use in (sessions.invited, sessions.accept):
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
