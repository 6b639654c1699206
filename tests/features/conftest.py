"""The law book's city: founded once, copied for every scenario; steps read in from their pages."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from anyio.from_thread import start_blocking_portal
from psycopg import sql

from api.app import create_app
from api.home import Home, open_home
from api.postgres import OWNER, SUPERUSER, EmbeddedServer, Logins
from api.settings import Settings
from ledger.writers import Scribe, Writer
from tests.features import (
    steps_audits,
    steps_backup,
    steps_bundles,
    steps_centres,
    steps_clauses,
    steps_completeness,
    steps_corrections,
    steps_deals,
    steps_deals_around,
    steps_disclosures,
    steps_figures,
    steps_fund,
    steps_fund_stories,
    steps_lists,
    steps_market,
    steps_money,
    steps_numbers,
    steps_outcomes,
    steps_parties,
    steps_people,
    steps_portfolio,
    steps_sealing,
    steps_time_travel,
    steps_witnesses,
)
from tests.features.city import (
    ADMINISTRATOR,
    SECURITY,
    City,
    CityClock,
    founding,
    places,
    residents,
)
from tests.features.doors import BookDoor, Doorway, HttpDoor

STEP_PAGES = (
    steps_audits,
    steps_outcomes,
    steps_numbers,
    steps_people,
    steps_parties,
    steps_deals,
    steps_deals_around,
    steps_disclosures,
    steps_market,
    steps_centres,
    steps_clauses,
    steps_portfolio,
    steps_sealing,
    steps_bundles,
    steps_money,
    steps_fund,
    steps_fund_stories,
    steps_lists,
    steps_completeness,
    steps_figures,
    steps_corrections,
    steps_witnesses,
    steps_backup,
    steps_time_travel,
)
TAGS = {"空白日志": "blank_log", "经由网络": "over_http"}
"""Tags of the law book: the scenario begins with an empty log; it goes over HTTP."""


def pytest_configure(config: pytest.Config) -> None:
    """Make steps and tags known."""
    for page in STEP_PAGES:
        config.pluginmanager.register(page, page.__name__)
    for tag, marker in TAGS.items():
        config.addinivalue_line("markers", f"{marker}: tagged @{tag} in the law book")


def pytest_bdd_apply_tag(tag: str, function: Callable[..., Any]) -> bool:
    """Tags are few and known; any other is a slip."""
    getattr(pytest.mark, TAGS[tag])(function)
    return True


class Founded(NamedTuple):
    """The template database with the founded city, and the folder with its vault's key."""

    database: str
    folder: Path


def _settings(urls: Logins, folder: Path) -> Settings:
    return Settings(
        home=folder,
        service_url=urls.service,
        owner_url=None,
        origin="example.edu.cn/ledger",
        vault_key_file=folder / "vault.key",
        signing_key_file=folder / "log.key",
        token=None,
        locale="zh",
    )


def _copy(server: EmbeddedServer, template: str, name: str) -> Logins:
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        copy = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        connection.execute(copy.format(*map(sql.Identifier, (name, OWNER, template))))
    return server.logins(name)


def _drop(server: EmbeddedServer, name: str) -> None:
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def founded(
    server: EmbeddedServer, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Founded:
    """The city's first day, played once."""
    folder = tmp_path_factory.mktemp("city")
    urls = _copy(server, migrated, "founded")
    clock = CityClock()
    with open_home(_settings(urls, folder)) as home, Scribe(urls.service, clock) as scribe:
        known = residents()
        requests = [home.door.admit(name, body, known[who][0]) for who, name, body in founding()]
        for verdict in scribe.handle_all(requests):
            if isinstance(verdict, Exception):
                raise verdict
        home.reader.close()
    return Founded("founded", folder)


@pytest.fixture
def city(
    request: pytest.FixtureRequest, server: EmbeddedServer, migrated: str, founded: Founded
) -> Iterator[City]:
    """A city of the scenario's own; a refusal that nobody spoke of fails the scenario."""
    blank = request.node.get_closest_marker("blank_log") is not None
    over_http = request.node.get_closest_marker("over_http") is not None
    name = f"scenario_{secrets.token_hex(6)}"
    urls = _copy(server, migrated if blank else founded.database, name)
    clock = CityClock()
    with ExitStack() as stack:
        stack.callback(_drop, server, name)
        folder = founded.folder if not blank else founded.folder / name
        opened = stack.enter_context(open_home(_settings(urls, folder)))
        stack.callback(opened.reader.close)
        home = replace(opened, clock=clock)
        scribe = stack.enter_context(Scribe(urls.service, clock))
        connection = stack.enter_context(psycopg.connect(urls.service, autocommit=True))
        door = _doorway(home, scribe, connection, stack) if over_http else None
        city = City(home, door or BookDoor(home, scribe, connection), clock, connection)
        if not blank:
            city.people, city.names = residents(), places()
        yield city
        city.need_examined()


def _doorway(
    home: Home, scribe: Scribe, connection: psycopg.Connection[Any], stack: ExitStack
) -> Doorway:
    portal = stack.enter_context(start_blocking_portal())
    app = create_app(home, Writer(home.service_url, home.clock))
    stack.enter_context(portal.wrap_async_context_manager(app.router.lifespan_context(app)))
    (first, _), (second, _) = residents()[ADMINISTRATOR], residents()[SECURITY]
    return HttpDoor(home, scribe, app, portal, (first, second))
