"""The demonstration's log, played once for all promises about readings."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

import psycopg
import pytest
from psycopg import sql

from api.clock import SimulatedClock
from api.demo.player import Player, new_secrets
from api.demo.story import OPENING, STORY
from api.demo.story.people import ADMINISTRATOR, SECURITY, actor, person
from api.home import open_home
from api.postgres import OWNER, SUPERUSER, EmbeddedServer, Logins
from ledger.writers import Scribe
from tests.api.office import settings_for

_numbers = itertools.count(1)


@contextmanager
def fresh_ledger(server: EmbeddedServer, migrated: str) -> Iterator[Logins]:
    """An empty ledger of one's own, for as long as the caller wants."""
    name = f"promised_{next(_numbers)}"
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        names = (sql.Identifier(each) for each in (name, OWNER, migrated))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(*names))
        yield server.logins(name)
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def demonstration(
    server: EmbeddedServer, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[bytes, ...]:
    """Every entry of the demonstration's log in order, played through the doors everybody uses."""
    folder = tmp_path_factory.mktemp("demonstration")
    with (
        fresh_ledger(server, migrated) as urls,
        open_home(settings_for(urls, folder)) as opened,
        psycopg.connect(urls.service, autocommit=True) as connection,
    ):
        clock = SimulatedClock(OPENING[0].at)
        home = replace(opened, clock=clock)
        with Scribe(urls.service, clock) as scribe:
            opening = {
                "origin": home.settings.origin,
                "clock": "simulated",
                "administrator": actor(ADMINISTRATOR),
                "person": person(ADMINISTRATOR),
                "security_administrator": actor(SECURITY),
                "security_person": person(SECURITY),
            }
            scribe.handle(home.door.admit("log.open", opening, actor(ADMINISTRATOR)))
            player = Player(home, clock, scribe, connection, new_secrets())
            for steps in (OPENING, STORY):
                assert player.play(steps, Event(), lambda _: None)
        rows = connection.execute("SELECT state FROM ledger.facts ORDER BY position").fetchall()
        return tuple(bytes(state) for (state,) in rows)
