"""What keeps a service that is alive from doing all of its work, each said and how to mend it."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg_pool import PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from api.home import Home
from api.sealing import read_state
from api.settings import Settings
from ledger.shown_log import BytesAreAltered, ShownLog
from ledger.signing_keys import ADOPTED, AdoptedKey, adopted_of

DISK_BYTES_NEEDED = 1 << 30
"""With less room than this a database may stop at any moment."""

BEHIND = timedelta(minutes=1)
"""How long a fact may be without a seal before sealing counts as stopped."""

ANSWER_SECONDS = 2
_UNSEALED = "SELECT recorded_at FROM ledger.facts WHERE position = %s"
_FILES_TOLD = 5


class Trouble(StrEnum):
    """What may be wrong, cheapest to mend first."""

    DATABASE_IS_GONE = "database_is_gone"
    DISK_IS_FULL = "disk_is_full"
    SEALING_HAS_STOPPED = "sealing_has_stopped"
    LOG_FILE_IS_ALTERED = "log_file_is_altered"


class Told(NamedTuple):
    """One trouble with its words."""

    code: Trouble
    zh: str
    en: str


async def troubles(state: State) -> list[Told]:
    """All that is wrong at this moment; `state` is the application's."""
    home: Home = state.home
    shown: ShownLog = state.shown
    full = await run_in_threadpool(lambda: list(_disks(home.settings)))
    published = await run_in_threadpool(_published, shown)
    try:
        async with state.pool.connection(timeout=ANSWER_SECONDS) as connection:
            adopted = adopted_of(await (await connection.execute(ADOPTED)).fetchall())
            sealed = await run_in_threadpool(_looked_through, shown, published, adopted)
            unsealed = await (await connection.execute(_UNSEALED, (sealed,))).fetchone()
    except (psycopg.OperationalError, PoolTimeout):
        return [_GONE, *full]
    stopped = _stopped(home, unsealed[0]) if home.settings.seals and unsealed else ()
    return [*full, *stopped, *_altered(shown)]


def _published(shown: ShownLog) -> bytes:
    try:
        return shown.checkpoint()
    except FileNotFoundError:
        return b""


def _looked_through(shown: ShownLog, published: bytes, adopted: Sequence[AdoptedKey]) -> int:
    """How many facts are sealed; files that were found altered are looked at again."""
    if not published:
        return 0
    try:
        head = shown.signed(published, adopted).head
    except BytesAreAltered:
        return 0
    shown.look_again(head)
    return head.size


_GONE = Told(
    Trouble.DATABASE_IS_GONE,
    "数据库没有应答。内置数据库会在数秒内自动重启；外部数据库请检查其服务与网络。",
    "the database does not answer; an embedded one is started again within seconds, an external "
    "one needs its operator",
)


def free_bytes(settings: Settings) -> Iterator[tuple[Path, int]]:
    """Free space of every file system that a home lies on; an external server's is not seen."""
    folders = (settings.home, settings.vault_key_file.parent)
    by_device = {folder.stat().st_dev: folder for folder in reversed(folders) if folder.exists()}
    for folder in by_device.values():
        yield folder, shutil.disk_usage(folder).free


def _disks(settings: Settings) -> Iterator[Told]:
    for folder, free in free_bytes(settings):
        if free < DISK_BYTES_NEEDED:
            size = f"{free >> 20} MiB"
            yield Told(
                Trouble.DISK_IS_FULL,
                f"{folder} 所在磁盘只剩 {size}。请腾出空间或扩容。",
                f"only {size} are free under {folder}; make room or add some",
            )


def _altered(shown: ShownLog) -> Iterator[Told]:
    for path in sorted(shown.altered)[:_FILES_TOLD]:
        yield Told(
            Trouble.LOG_FILE_IS_ALTERED,
            f"日志文件 {path} 与已签名的根不符，已停止提供。"
            "请运行 zhiheng verify，并从备份恢复该文件。",
            f"the log's file {path} does not lead to the signed root and is not given out; run "
            "zhiheng verify, and restore it from a backup",
        )


def _stopped(home: Home, oldest: datetime) -> Iterator[Told]:
    """Sealing that says it has stopped, or says nothing while a fact waits for too long."""
    state = read_state(home.settings)
    why = None if state is None else state.told()
    if why is not None:
        yield Told(
            Trouble.SEALING_HAS_STOPPED,
            f"封存已停止：{why.zh}。{why.mend_zh}。",
            f"sealing has stopped: {why.en}; {why.mend_en}",
        )
    elif home.clock() - oldest > BEHIND:
        yield Told(
            Trouble.SEALING_HAS_STOPPED,
            f"有事实超过 {BEHIND.seconds} 秒没有封存，原因见服务日志。",
            f"a fact has waited for its seal for more than {BEHIND.seconds} seconds; the service's "
            "log says why",
        )
