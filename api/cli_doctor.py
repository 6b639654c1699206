"""Whether a ledger stands on firm ground: versions, durability, rights, key file, disk, clocks."""

import ctypes
import os
import platform
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import orjson
import psycopg
import typer

from api.cli_session import REFUSED, opened, spoken
from api.clock import real_clock
from api.home import Head, Home, read_head
from api.log_remarks import Remark, State, attested_remarks, sealed_remarks
from api.readiness import DISK_BYTES_NEEDED, free_bytes
from api.stamps import RELEASE
from api.standing_rights import actors, unbacked
from api.view_tables import standings
from ledger.migrations import schema_files

DISK_BYTES_WISHED = 5 << 30
CLOCK_SLACK = timedelta(seconds=5)
SKEW_CAUTION, SKEW_FINDING = timedelta(milliseconds=500), timedelta(seconds=5)
"""How far this machine's clock and the database's may lie apart."""

POSTGRES_MIN = 150_000
_PACKAGES = ("eventsourcing", "fastapi", "polars", "psycopg", "pydantic", "cryptography")
_CLOCK_UNSYNCHRONISED = 5
"""TIME_ERROR of adjtimex(2)."""

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
_ROLE = """
SELECT current_user, rolsuper, rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls,
       EXISTS (SELECT FROM pg_namespace n
               WHERE n.nspname IN ('ledger', 'vault') AND pg_has_role(n.nspowner, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user"""
_TRIGGERS = """
SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'ledger'::regnamespace AND t.tgname = 'append_only' AND t.tgenabled = 'A'
  AND c.relname IN ('facts', 'subjects', 'commands')"""

_MARKS = {"good": "✓", "caution": "!", "finding": "✗"}


class Form(StrEnum):
    """How the remarks are printed."""

    TEXT = "text"
    JSON = "json"


def doctor(
    form: Annotated[Form, typer.Option("--format", help="格式 · format")] = Form.TEXT,
) -> None:
    """体检 · Look at versions, durability, rights, key file, disk and clocks; 1 if one is wrong."""
    with opened() as home:
        remarks = list(examine(home))
        for remark in remarks:
            said = remark.zh if spoken() == "zh" else remark.en
            line = f"{_MARKS[remark.state]} {said}"
            typer.echo(line if form is Form.TEXT else orjson.dumps(remark._asdict()))
        if any(remark.state == "finding" for remark in remarks):
            raise typer.Exit(REFUSED)


def examine(home: Home, now: Callable[[], datetime] = real_clock) -> Iterator[Remark]:
    """Everything there is to say about a home, in a fixed order."""
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        yield from _versions(connection)
        yield _schema(connection)
        yield from _durability(connection)
        yield _role(connection)
        yield from _rights(connection)
        yield from _publications(connection)
        yield from _given_alone(connection)
        yield _skew(connection, now)
    yield from _key_files(home)
    yield from sealed_remarks(home)
    yield from attested_remarks(home, now())
    yield from _disks(home)
    yield _clock(read_head(home.service_url), now())
    yield _synchronised(kernel_clock())
    if home.server is not None:
        for zh, en in home.server.cautions():
            yield Remark("caution", zh, en)


def _given_alone(connection: psycopg.Connection[Any]) -> Iterator[Remark]:
    """Rights for which no two persons stand, each until two have confirmed it."""
    found = list(unbacked(connection, actors(connection)))
    for each in found:
        right = str(each.role or "account") + (f" {each.scope}" if each.scope else "")
        yield Remark(
            "caution",
            f"授权尚未经两人确认：{each.holder} {right}（zhiheng access confirm --holder …）",
            f"no two persons stand for this right: {each.holder} {right} "
            "(zhiheng access confirm --holder ...)",
        )
    if not found:
        yield Remark("good", "现有授权均经两人确认", "two persons stand for every right")


def _one(connection: psycopg.Connection[Any], sql: str) -> Any:
    row = connection.execute(sql.encode()).fetchone()
    return row[0] if row else None


def _versions(connection: psycopg.Connection[Any]) -> Iterator[Remark]:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    ours = f"zhiheng {RELEASE}, Python {platform.python_version()}, {packages}"
    yield Remark("good", ours, ours)
    number = connection.info.server_version
    server = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    new_enough = number >= POSTGRES_MIN
    yield Remark(
        "good" if new_enough else "finding",
        server + ("" if new_enough else "，须为 15 或更新"),
        server + ("" if new_enough else "; 15 or later is needed"),
    )


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


def _role(connection: psycopg.Connection[Any]) -> Remark:
    """Who may undo the log's protection must not be who serves: neither superuser nor owner."""
    row = connection.execute(_ROLE).fetchone() or ("?", True, True, True)
    name, *held = row
    zh, en = ("超级用户", "建库建角色等特权", "所有者"), ("superuser", "privileged", "owner")
    powers_zh = "、".join(word for word, has in zip(zh, held, strict=True) if has)
    powers_en = ", ".join(word for word, has in zip(en, held, strict=True) if has)
    return Remark(
        "finding" if powers_en else "good",
        f"服务登录名 {name}：{powers_zh or '无特权'}",
        f"the service logs in as {name}: {powers_en or 'no privileges'}",
    )


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


def _publications(connection: psycopg.Connection[Any]) -> Iterator[Remark]:
    for each in standings(connection):
        if each.fault is not None:
            yield Remark(
                "caution",
                f"视图 {each.name} 发布失败，落后 {each.lag} 条事实：{each.fault}",
                f"view {each.name} could not be published, {each.lag} facts behind: {each.fault}",
            )


def _key_files(home: Home) -> Iterator[Remark]:
    yield _key_file(home, home.settings.vault_key_file)
    if home.settings.signing_key_file.exists():
        yield _key_file(home, home.settings.signing_key_file)


def _key_file(home: Home, file: Path) -> Remark:
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


def _disks(home: Home) -> Iterator[Remark]:
    """Free space of every file system that the home lies on; an external server's is not seen."""
    for folder, free in free_bytes(home.settings):
        state: State = (
            "finding"
            if free < DISK_BYTES_NEEDED
            else "caution"
            if free < DISK_BYTES_WISHED
            else "good"
        )
        size = f"{free / (1 << 30):.1f} GiB"
        yield Remark(state, f"{folder} 所在磁盘剩余 {size}", f"{size} are free under {folder}")


def _skew(connection: psycopg.Connection[Any], now: Callable[[], datetime]) -> Remark:
    """The two clocks compared, as well as half a round trip allows."""
    before = now()
    theirs: datetime = _one(connection, "SELECT clock_timestamp()")
    after = now()
    apart = abs(theirs - (before + (after - before) / 2))
    told = f"{apart / timedelta(milliseconds=1):.0f} ms"
    return Remark(
        "finding" if apart > SKEW_FINDING else "caution" if apart > SKEW_CAUTION else "good",
        f"本机与数据库时钟相差 {told}",
        f"this machine's clock and the database's are {told} apart",
    )


def kernel_clock() -> int | None:
    """What the kernel says of its clock (adjtimex(2), read only); None where it says nothing.

    Whatever keeps the time tells the kernel, so no daemon and no network has to be asked.
    """
    if sys.platform != "linux":
        return None
    # Larger than struct timex of any Linux; all zero means that nothing is to be changed.
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    return None if state < 0 else int(state)


def _synchronised(state: int | None) -> Remark:
    if state is None:
        return Remark("caution", "无法得知系统时钟是否已校时", "cannot tell who keeps the clock")
    if state == _CLOCK_UNSYNCHRONISED:
        return Remark(
            "caution",
            "系统时钟未校时，请启用 NTP",
            "nothing keeps the system clock; switch NTP on",
        )
    return Remark("good", "系统时钟已校时", "the system clock is kept in time")


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
