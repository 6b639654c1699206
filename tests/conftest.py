"""What tests share: one embedded server for the whole run, and an empty database for each test."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from api.postgres import SUPERUSER, EmbeddedServer, Logins, prepare

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A running server in a home of its own with a short path; with xdist one for each worker."""
    home = Path(tempfile.mkdtemp(prefix="zhiheng-"))
    try:
        with EmbeddedServer(home) as running:
            yield running
    finally:
        shutil.rmtree(home)


@pytest.fixture
def database(server: EmbeddedServer) -> Iterator[str]:
    """Name of a fresh, empty database owned by the owner; gone after the test."""
    name = f"test_{next(_numbers)}"
    prepare(server, name)
    yield name
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture
def urls(server: EmbeddedServer, database: str) -> Logins:
    """Connection URLs of owner, service and reader to the test's database."""
    return server.logins(database)
