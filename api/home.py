"""The composition root: one process's ledger, opened from settings and closed in order."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg

from api.clock import SimulatedClock, real_clock
from api.door import Door
from api.postgres import EmbeddedServer, prepare
from api.settings import Settings, WrongSetting, master_key
from api.strangers.reading import FileReaders
from api.strangers.wire import limits_of
from ledger.book import Clock
from ledger.codec import decode
from ledger.facts import LogOpened
from ledger.migrations import check, migrate
from ledger.vault import Vault
from projections.reader import Reader

DATABASE = "zhiheng"


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log stands: its opening, number of facts, and the last recorded time."""

    opened: LogOpened | None
    size: int
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Home:
    """An opened ledger: where it is, how to write, how to read, what time it is.

    `files` is the one way to open what people upload.
    """

    settings: Settings
    service_url: str
    door: Door
    vault: Vault
    reader: Reader
    files: FileReaders
    clock: Clock
    server: EmbeddedServer | None


@contextmanager
def open_home(settings: Settings) -> Iterator[Home]:
    """Open a home: database, schema, vault key, clock. Everything is closed again at the end.

    Raises WrongSetting, ServerDidNotStart, SchemaMismatch, or psycopg.OperationalError when an
    external database does not answer.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    if settings.is_embedded:
        with EmbeddedServer(settings.home) as server:
            prepare(server, DATABASE)
            logins = server.logins(DATABASE)
            yield from _opened(settings, logins.owner, logins.service, server)
    else:
        yield from _opened(settings, settings.owner_url, settings.service_url or "", None)


def _opened(
    settings: Settings, owner_url: str | None, service_url: str, server: EmbeddedServer | None
) -> Iterator[Home]:
    if owner_url is not None:
        migrate(owner_url)
    check(service_url)
    head = read_head(service_url)
    key = master_key(settings.vault_key_file, create=head.size == 0)
    vault = Vault(key, secrets.token_bytes)
    reader = Reader(service_url, settings.archive_folder)
    limits = limits_of(settings.reader_megabytes, settings.reader_seconds)
    with closing(FileReaders(limits, settings.readers)) as files:
        yield Home(
            settings=settings,
            service_url=service_url,
            door=Door(vault, key, lambda: str(uuid.uuid4()), secrets.token_bytes),
            vault=vault,
            reader=reader,
            files=files,
            clock=clock_of(head),
            server=server,
        )


def clock_of(head: Head) -> Clock:
    """The real clock, or for a simulated log one that goes on from its last recorded time."""
    if head.opened is not None and head.opened.clock == "simulated" and head.recorded_at:
        return SimulatedClock(head.recorded_at)
    return real_clock


def read_head(url: str) -> Head:
    """The first fact and the end of the log. Refuses a log whose first fact is not its opening."""
    with psycopg.connect(url, autocommit=True) as connection:
        last = connection.execute(
            "SELECT position, recorded_at FROM ledger.facts ORDER BY position DESC LIMIT 1"
        ).fetchone()
        first = connection.execute("SELECT state FROM ledger.facts WHERE position = 0").fetchone()
    if last is None or first is None:
        return Head(None, 0, None)
    opened = decode(bytes(first[0]), 0).fact
    if not isinstance(opened, LogOpened):
        raise WrongSetting(
            "ZHIHENG_DATABASE_URL",
            "该数据库的首条事实不是日志开立",
            "the first fact of this database is not the opening of a log",
        )
    return Head(opened, last[0] + 1, last[1])
