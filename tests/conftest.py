"""What tests share: one embedded server for the whole run, and a fresh database for each test."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from api.postgres import OWNER, SUPERUSER, EmbeddedServer, Logins, prepare
from ledger.migrations import migrate
from tests.api.homestead import Homestead
from tests.ledger.stage import Stage
from tests.throwaway import throwaway_folder

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A running server in a home of its own with a short path; with xdist one for each worker."""
    with throwaway_folder() as home, EmbeddedServer(home) as running:
        yield running


@pytest.fixture
def database(server: EmbeddedServer) -> Iterator[str]:
    """Name of a fresh, empty database owned by the owner; gone after the test."""
    name = f"test_{next(_numbers)}"
    prepare(server, name)
    yield name
    _drop(server, name)


@pytest.fixture
def urls(server: EmbeddedServer, database: str) -> Logins:
    """Connection URLs of owner, service and reader to the test's database."""
    return server.logins(database)


@pytest.fixture(scope="session")
def migrated(server: EmbeddedServer) -> str:
    """Name of a database with an empty ledger, migrated once and copied for every test."""
    name = "migrated"
    prepare(server, name)
    migrate(server.logins(name).owner)
    return name


@pytest.fixture
def ledger(server: EmbeddedServer, migrated: str) -> Iterator[Logins]:
    """Connection URLs to a fresh, empty ledger; gone after the test."""
    with fresh_ledger(server, migrated) as made:
        yield made


@contextmanager
def fresh_ledger(server: EmbeddedServer, migrated: str) -> Iterator[Logins]:
    """Connection URLs to a fresh, empty ledger that is gone at the end."""
    name = f"ledger_{next(_numbers)}"
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        copy = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        names = (sql.Identifier(each) for each in (name, OWNER, migrated))
        connection.execute(copy.format(*names))
    yield server.logins(name)
    _drop(server, name)


@pytest.fixture
def stage(ledger: Logins) -> Iterator[Stage]:
    """A ledger with a bureau, two institutions and somebody in every role."""
    with Stage(ledger.service).open() as opened:
        yield opened


@pytest.fixture(scope="session")
def founded_homestead() -> Iterator[Homestead]:
    """A sealed ledger in a home of its own, founded once and copied for every test."""
    with throwaway_folder() as folder:
        made = Homestead(folder)
        made.found()
        yield made


@pytest.fixture
def homestead(founded_homestead: Homestead) -> Iterator[Homestead]:
    """A sealed ledger in a home of its own, to be backed up, lost and restored."""
    with throwaway_folder() as folder:
        yield founded_homestead.copied(folder)


def _drop(server: EmbeddedServer, name: str) -> None:
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(name)))
