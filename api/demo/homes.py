"""Which home a demonstration may use: an empty one, or one whose log has a simulated clock."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import psycopg

from api.demo.story.people import ADMINISTRATOR, actor
from api.home import DATABASE, Head, read_head
from api.postgres import EmbeddedServer
from api.settings import Settings, WrongSetting, read_settings
from ledger.facts import LogOpened

ORIGIN = "demo.zhiheng.local/ledger"
_DEFAULT_HOME = Path("./var/demo")
_MARK = "demonstration"
"""A file that says whose an interrupted beginning was, before there is a first fact to say so."""
_LOCK = "demonstration.lock"


class RefusedHome(Exception):
    """This home is not one for the demonstration; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


def demo_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of a demonstration: an embedded server always, an origin of its own.

    `ZHIHENG_DATABASE_URL` is left alone: it names somebody's real ledger.
    """
    folder = Path(environment.get("ZHIHENG_HOME") or _DEFAULT_HOME)
    settings = read_settings({"ZHIHENG_ORIGIN": ORIGIN, **environment}, folder)
    return replace(settings, service_url=None, owner_url=None)


@contextmanager
def taken(home: Path) -> Iterator[None]:
    """Take a home for one demonstration, if it is empty or a demonstration's; else nothing happens.

    Raises RefusedHome, WrongSetting where another demonstration runs in it or the first fact is no
    opening of a log, and ServerDidNotStart.
    """
    if home.exists() and not home.is_dir():
        raise _refused(home)
    is_empty = not home.exists() or not any(home.iterdir())
    is_marked = (home / _MARK).exists()
    has_database = (home / "postgres").exists()
    if not (is_empty or is_marked or has_database):
        raise _refused(home)
    # Held open to the end, or the database would be stopped and started once more.
    with EmbeddedServer(home) if has_database else nullcontext() as server:
        head = None if server is None else _head(server)
        is_begun = head is not None and head.opened is not None
        if head is not None and head.opened is not None and not _is_ours(head.opened):
            raise _refused(home)
        if not (is_begun or is_empty or is_marked):
            raise _refused(home)
        with _alone(home):
            yield


def edition_of(home: Path) -> str:
    """The edition of the story that a home holds; empty for one begun before there were several."""
    return (home / _MARK).read_text().strip()


def keep_edition(home: Path, edition: str) -> None:
    """Say which story is about to be played into an empty log."""
    (home / _MARK).write_text(f"{edition}\n")


def _is_ours(opened: LogOpened) -> bool:
    """Whether a log is under a simulated clock, and its administrator the demonstration's."""
    return opened.clock == "simulated" and opened.administrator == actor(ADMINISTRATOR)


def _head(server: EmbeddedServer) -> Head | None:
    """The log as it lies there, without touching roles or schema; None if there is none yet."""
    try:
        return read_head(server.logins(DATABASE).owner)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return None
    except psycopg.OperationalError:
        # The role or the database was not made yet.
        return None


def _refused(home: Path) -> RefusedHome:
    return RefusedHome(
        f"{home} 不是演示数据目录:既非空目录,首条事实也未声明模拟时钟。未写入任何内容。"
        "真实台账请用 zhiheng serve,演示请另选 ZHIHENG_HOME。",
        f"{home} is no home of a demonstration: it is not empty, and its first fact declares no "
        "simulated clock. Nothing was written. Use zhiheng serve for a real ledger, or another "
        "ZHIHENG_HOME for the demonstration.",
    )


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Mark a home as a demonstration's and keep a second one out of it while this one runs."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / _MARK).touch()
    descriptor = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WrongSetting(
                "ZHIHENG_HOME",
                f"{home} 的演示正在运行",
                f"a demonstration is running in {home} already",
            ) from error
        yield
    finally:
        os.close(descriptor)
