"""Whether a ledger stands on firm ground: schema, durability, rights, key file, disk, clock."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import psycopg
import typer

from api.cli_session import REFUSED, opened, spoken
from api.clock import real_clock
from api.home import Head, Home, read_head
from ledger.migrations import schema_files

DISK_BYTES_NEEDED, DISK_BYTES_WISHED = 1 << 30, 5 << 30
CLOCK_SLACK = timedelta(seconds=5)

_RIGHTS = """
SELECT c.relname,
       has_table_privilege(c.oid, 'SELECT'),
       has_table_privilege(c.oid, 'INSERT') OR has_any_column_privilege(c.oid, 'INSERT'),
       has_table_privilege(c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE'),
       has_table_privilege(c.oid, 'DELETE'),
       has_table_privilege(c.oid, 'TRUNCATE'),
       pg_has_role(c.relowner, 'MEMBER')
FROM pg_class c
WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname IN ('facts', 'subjects', 'commands')
ORDER BY c.relname"""
_EXECUTE = """
SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE')) FROM pg_proc p
WHERE p.pronamespace = 'ledger'::regnamespace AND p.proname = 'append'"""
_TRIGGERS = """
SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'ledger'::regnamespace AND t.tgname = 'append_only' AND t.tgenabled = 'A'
  AND c.relname IN ('facts', 'subjects', 'commands')"""

State = Literal["good", "caution", "finding"]
_MARKS = {"good": "✓", "caution": "!", "finding": "✗"}


class Remark(NamedTuple):
    """One thing looked at: how it stands, in both languages."""

    state: State
    zh: str
    en: str


def doctor() -> None:
    """体检 · Look at schema, durability, rights, key file, disk and clock; 1 if one is wrong."""
    with opened() as home:
        remarks = list(examine(home))
        for remark in remarks:
            said = remark.zh if spoken() == "zh" else remark.en
            typer.echo(f"{_MARKS[remark.state]} {said}")
        if any(remark.state == "finding" for remark in remarks):
            raise typer.Exit(REFUSED)


def examine(home: Home, now: Callable[[], datetime] = real_clock) -> Iterator[Remark]:
    """Everything there is to say about a home, in a fixed order."""
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        yield _schema(connection)
        yield from _durability(connection)
        yield from _rights(connection)
    yield _key_file(home)
    yield _disk(home)
    yield _clock(read_head(home.service_url), now())
    if home.server is not None:
        for zh, en in home.server.cautions():
            yield Remark("caution", zh, en)


def _one(connection: psycopg.Connection[Any], sql: str) -> Any:
    row = connection.execute(sql.encode()).fetchone()
    return row[0] if row else None


def _schema(connection: psycopg.Connection[Any]) -> Remark:
    newest = _one(connection, "SELECT max(number) FROM ledger.schema_versions")
    known = schema_files()[-1].number
    return Remark(
        "good" if newest == known else "finding",
        f"数据库结构版本 {newest}（程序 {known}）",
        f"schema version {newest} (program {known})",
    )


def _durability(connection: psycopg.Connection[Any]) -> Iterator[Remark]:
    wanted = {
        "fsync": ("on",),
        "full_page_writes": ("on",),
        "synchronous_commit": ("on", "remote_apply", "remote_write", "local"),
    }
    for name, values in wanted.items():
        value = _one(connection, f"SHOW {name}")
        state: State = "good" if value in values else "finding"
        yield Remark(state, f"{name} = {value}", f"{name} = {value}")


def _rights(connection: psycopg.Connection[Any]) -> Iterator[Remark]:
    for table, selects, *changes in connection.execute(_RIGHTS):
        names = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "OWNER")
        held = [name for name, has in zip(names, changes, strict=True) if has]
        right = ", ".join(("SELECT" if selects else "—", *held))
        yield Remark(
            "good" if selects and not held else "finding",
            f"服务账号对 ledger.{table} 的权限：{right}",
            f"the service's rights on ledger.{table}: {right}",
        )
    executes = _one(connection, _EXECUTE)
    yield Remark(
        "good" if executes else "finding",
        f"服务账号{'可' if executes else '不可'}执行 ledger.append",
        f"the service may {'' if executes else 'not '}execute ledger.append",
    )
    triggers = _one(connection, _TRIGGERS)
    yield Remark(
        "good" if triggers == 3 else "finding",
        f"只增不改触发器 {triggers}/3 启用",
        f"{triggers} of 3 append-only triggers are on",
    )


def _key_file(home: Home) -> Remark:
    file = home.settings.vault_key_file
    found = file.stat()
    mode = stat.S_IMODE(found.st_mode)
    own = found.st_uid == os.geteuid()
    inside = file.is_relative_to(home.settings.home / "postgres")
    good = mode & 0o077 == 0 and own and not inside
    return Remark(
        "good" if good else "finding",
        f"密钥文件 {file} 权限 {mode:03o}" + ("" if good else "，应仅本账号可读且不在数据库目录内"),
        f"key file {file} has mode {mode:03o}"
        + ("" if good else "; only this account may read it, outside the database's folder"),
    )


def _disk(home: Home) -> Remark:
    free = shutil.disk_usage(home.settings.home).free
    state: State = (
        "finding" if free < DISK_BYTES_NEEDED else "caution" if free < DISK_BYTES_WISHED else "good"
    )
    size = f"{free / (1 << 30):.1f} GiB"
    return Remark(state, f"磁盘剩余 {size}", f"{size} of disk are free")


def _clock(head: Head, now: datetime) -> Remark:
    if head.opened is None or head.recorded_at is None:
        return Remark("caution", "日志尚未开立", "the log is not open yet")
    if head.opened.clock == "simulated":
        return Remark("caution", "日志使用模拟时钟（演示）", "the log runs on a simulated clock")
    ahead = head.recorded_at - now
    return Remark(
        "finding" if ahead > CLOCK_SLACK else "good",
        f"系统时钟 {now:%Y-%m-%d %H:%M:%S} UTC，日志末条 {head.recorded_at:%Y-%m-%d %H:%M:%S} UTC",
        f"clock {now:%Y-%m-%d %H:%M:%S} UTC, last fact {head.recorded_at:%Y-%m-%d %H:%M:%S} UTC",
    )
