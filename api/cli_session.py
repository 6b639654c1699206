"""What all commands of the terminal share: the opened home, who acts, words, exit codes."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import psycopg
import typer

from api.access import Caller
from api.backups.standing import need_no_half_restore, need_whole
from api.backups.trouble import BackupTrouble
from api.home import Home, open_home
from api.language import Language
from api.postgres import ServerDidNotStart
from api.reads import keep_at_terminal
from api.sealing import told as sealing_told
from api.settings import Settings, WrongSetting, read_settings
from api.texts import told
from api.tokens import holder_of
from ledger.case import business_day
from ledger.migrations import SchemaMismatch
from ledger.reads import READERS_KEPT
from ledger.refusals import Refusal, Refused
from ledger.sealing_stops import SealingStopped
from ledger.writers import LedgerUnreachable, Scribe

DONE, REFUSED, WRONG_USAGE, UNREACHABLE = 0, 1, 2, 3
"""Exit codes: done; refused, or something was found; wrong usage; the ledger does not answer."""

_BAR_AFTER_SECONDS = 2.0
_BAR_WIDTH = 30


@dataclass(frozen=True, slots=True)
class Session:
    """An opened ledger with the one who acts on it; close nothing, the context does."""

    home: Home
    connection: psycopg.Connection[Any]
    scribe: Scribe
    caller: Caller


def spoken(settings: Settings | None = None) -> Language:
    """The language of messages, from ZHIHENG_LOCALE; Chinese unless it says en."""
    locale = settings.locale if settings else os.environ.get("ZHIHENG_LOCALE", "zh")
    return "en" if locale == "en" else "zh"


def say(zh: str, en: str, *, error: bool = False) -> None:
    """Tell the person at the terminal something in their language."""
    typer.echo(zh if spoken() == "zh" else en, err=error)


def fail(code: int, zh: str, en: str) -> NoReturn:
    """Say why and end with an exit code."""
    say(zh, en, error=True)
    raise typer.Exit(code)


def words(refusal: Refusal) -> str:
    """A refusal as people read it: the rule with its values, how to mend it, and its code."""
    return "\n".join([*told(refusal, spoken()), f"[{refusal.code}]"])


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what can go wrong into words and an exit code; nobody is shown a stack trace."""
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
        raise
    except Refusal as refusal:
        typer.echo(words(refusal), err=True)
        raise typer.Exit(REFUSED) from refusal
    except SealingStopped as stopped:
        text = sealing_told(stopped)
        zh, en = f"{text.zh}。{text.mend_zh}。", f"{text.en}; {text.mend_en}"
        fail(REFUSED, f"{zh}\n[{stopped.reason}]", f"{en}\n[{stopped.reason}]")
    except BackupTrouble as trouble:
        fail(REFUSED, trouble.told("zh"), trouble.told("en"))
    except WrongSetting as wrong:
        fail(WRONG_USAGE, f"设置 {wrong.name} 不可用：{wrong.zh}", f"setting {wrong}")
    except SchemaMismatch as mismatch:
        fail(UNREACHABLE, *_schema_words(mismatch))
    except (ServerDidNotStart, LedgerUnreachable, psycopg.OperationalError) as error:
        reason = str(error).strip()
        fail(UNREACHABLE, f"账本无法连接：{reason}", f"the ledger does not answer: {reason}")
    except OSError as error:
        fail(WRONG_USAGE, f"无法读写：{error}", f"cannot read or write: {error}")
    except KeyboardInterrupt:
        fail(REFUSED, "已中断。", "interrupted")
    except Exception as error:
        kind = type(error).__name__
        fail(REFUSED, f"程序出现故障（{kind}）：{error}", f"the program failed ({kind}): {error}")


def _schema_words(mismatch: SchemaMismatch) -> tuple[str, str]:
    told = {
        "schema_is_older": (
            "数据库结构较旧（缺 {missing}）。"
            "请设置 ZHIHENG_OWNER_DATABASE_URL 后运行 zhiheng doctor。",
            "the database's schema is older ({missing} is missing); set "
            "ZHIHENG_OWNER_DATABASE_URL and run zhiheng doctor",
        ),
        "schema_is_newer": (
            "数据库结构（{database}）比程序（{code}）新。请升级程序。",
            "the database's schema ({database}) is newer than this program ({code}); upgrade it",
        ),
        "schema_file_changed": (
            "已应用的结构文件 {name} 与程序中的不同。请使用原来的程序版本。",
            "the schema file {name} differs from the one applied; use the program it came with",
        ),
        "role_is_missing": (
            "数据库缺少角色 {role}，而属主无权创建。请由管理员执行 CREATE ROLE {role} NOLOGIN。",
            "the database lacks the role {role} and its owner may not make it; have an "
            "administrator run CREATE ROLE {role} NOLOGIN",
        ),
    }[mismatch.rule]
    return told[0].format(**mismatch.facts), told[1].format(**mismatch.facts)


@contextmanager
def opened(*, may_be_new: bool = False) -> Iterator[Home]:
    """The home that the settings name, with every failure told plainly.

    Only what starts a ledger may make a new one: a mistyped folder must not become one. Whoever
    starts it writes to it, so what was signed must be there.
    """
    with told_plainly():
        settings = read_settings()
        need_no_half_restore(settings)
        if settings.is_embedded and not may_be_new and not (settings.home / "postgres").is_dir():
            fail(
                UNREACHABLE,
                f"{settings.home} 中没有账本。"
                "请检查 ZHIHENG_HOME，或先运行 zhiheng access bootstrap。",
                f"there is no ledger in {settings.home}; check ZHIHENG_HOME, or run "
                "zhiheng access bootstrap first",
            )
        with open_home(settings) as home:
            if may_be_new:
                need_whole(settings, home.service_url)
            yield home


@contextmanager
def signed_in(*, may_be_short: bool = False) -> Iterator[Session]:
    """The opened home with the actor whose secret ZHIHENG_TOKEN holds.

    A database that lacks signed facts is refused, but to whoever looks for such a fault.
    """
    with (
        opened() as home,
        psycopg.connect(home.service_url, autocommit=True) as connection,
        Scribe(home.service_url, home.clock) as scribe,
    ):
        if not may_be_short:
            need_whole(home.settings, home.service_url)
        caller = _caller(home, connection)
        if caller.roles & READERS_KEPT:
            keep_at_terminal(connection, caller.actor, home.clock(), sys.argv[1:])
        yield Session(home, connection, scribe, caller)


def _caller(home: Home, connection: psycopg.Connection[Any]) -> Caller:
    if home.settings.token is None:
        fail(
            WRONG_USAGE,
            "请在环境变量 ZHIHENG_TOKEN 中给出令牌。",
            "put a token into the environment variable ZHIHENG_TOKEN",
        )
    now = home.clock()
    holder = holder_of(connection, home.settings.token, now)
    if holder is None:
        raise Refusal(Refused.TOKEN_IS_NOT_VALID)
    return Caller(holder.actor, holder.token, holder.state, business_day(now))


class Progress:
    """A bar on standard error for work that takes longer than two seconds; none in a pipe."""

    def __init__(self, total: int, what: str) -> None:
        self._total, self._what = max(total, 1), what
        self._started = time.monotonic()
        self._drawn = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

    def reach(self, done: int, total: int | None = None) -> None:
        """So many are done by now; `total` where it was not known at the beginning."""
        self._total = max(total, 1) if total is not None else self._total
        if sys.stderr.isatty() and time.monotonic() - self._started > _BAR_AFTER_SECONDS:
            share = min(done / self._total, 1.0)
            full = int(share * _BAR_WIDTH)
            bar = "█" * full + "░" * (_BAR_WIDTH - full)
            sys.stderr.write(f"\r{self._what} {bar} {done}/{self._total}")
            sys.stderr.flush()
            self._drawn = True
