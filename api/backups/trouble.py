"""Why a backup or a restore did not come about: a closed list, each with its words."""

from enum import StrEnum
from typing import Any

from api.language import Language


class Trouble(StrEnum):
    """What stood in the way."""

    PLACE_IS_TAKEN = "place_is_taken"
    KEY_LIES_INSIDE = "key_lies_inside"
    PROGRAM_IS_MISSING = "program_is_missing"
    PROGRAM_FAILED = "program_failed"
    LOGIN_IS_NEEDED = "login_is_needed"
    TILES_DO_NOT_FIT = "tiles_do_not_fit"
    NOT_A_BACKUP = "not_a_backup"
    FORMAT_IS_NEWER = "format_is_newer"
    BACKUP_IS_DAMAGED = "backup_is_damaged"
    EARLIER_BACKUP_IS_MISSING = "earlier_backup_is_missing"
    SERVER_DIFFERS = "server_differs"
    LEDGER_IS_IN_USE = "ledger_is_in_use"
    OTHER_LOG = "other_log"
    WAL_DOES_NOT_REACH = "wal_does_not_reach"
    NOTHING_TO_RESTORE = "nothing_to_restore"
    HISTORY_DIFFERS = "history_differs"
    ENTRIES_ARE_LOST = "entries_are_lost"
    NOTHING_IS_LOST = "nothing_is_lost"
    DATABASE_IS_SHORT = "database_is_short"
    RESTORE_WAS_INTERRUPTED = "restore_was_interrupted"


WORDS: dict[Trouble, tuple[str, str]] = {
    Trouble.PLACE_IS_TAKEN: (
        "{place} 已存在。请给出一个尚不存在的目录。",
        "{place} exists already; name a folder that does not exist yet",
    ),
    Trouble.KEY_LIES_INSIDE: (
        "密钥文件 {file} 位于将被备份的目录 {folder} 中。请先把它移到别处。",
        "the key file {file} lies inside {folder}, which is backed up; move it elsewhere first",
    ),
    Trouble.PROGRAM_IS_MISSING: (
        "找不到 {program}（须为 PostgreSQL {version} 或更新）。请安装与服务器同版本的客户端程序。",
        "{program} of PostgreSQL {version} or later was not found; install the client programs "
        "of the server's version",
    ),
    Trouble.PROGRAM_FAILED: ("{program} 失败：{said}", "{program} failed: {said}"),
    Trouble.LOGIN_IS_NEEDED: (
        "外部数据库需要更高的权限：备份用 --login 给出有复制权限的连接，"
        "恢复须设置 ZHIHENG_OWNER_DATABASE_URL。",
        "an external database needs more rights: --login with the right of replication for a "
        "backup, ZHIHENG_OWNER_DATABASE_URL for a restore",
    ),
    Trouble.TILES_DO_NOT_FIT: (
        "{folder} 中的日志分块不能重现检查点的根（{size} 条）。请先运行 zhiheng verify。",
        "the tiles in {folder} do not give the root of the checkpoint of {size} entries; run "
        "zhiheng verify first",
    ),
    Trouble.NOT_A_BACKUP: (
        "{folder} 不是 zhiheng 的备份。",
        "{folder} is no backup made by zhiheng",
    ),
    Trouble.FORMAT_IS_NEWER: (
        "备份的格式 {found} 比程序（{known}）新。请升级程序。",
        "the backup has format {found}, newer than this program's {known}; upgrade it",
    ),
    Trouble.BACKUP_IS_DAMAGED: (
        "备份 {folder} 已损坏：{said}",
        "the backup {folder} is damaged: {said}",
    ),
    Trouble.EARLIER_BACKUP_IS_MISSING: (
        "增量备份 {folder} 所依据的备份 {earlier} 不在原处，或已不是同一个。",
        "the backup {earlier}, on which {folder} rests, is not there or is another one",
    ),
    Trouble.SERVER_DIFFERS: (
        "备份来自 PostgreSQL {found}，这里是 {here}。请使用同一主版本。",
        "the backup is of PostgreSQL {found}, here is {here}; use the same major version",
    ),
    Trouble.LEDGER_IS_IN_USE: (
        "账本正在使用中。请先停止服务和其他 zhiheng 命令。",
        "the ledger is in use; stop the service and every other zhiheng command first",
    ),
    Trouble.OTHER_LOG: (
        "备份属于日志 {found}，这里的日志是 {here}。",
        "the backup is of the log {found}; here is {here}",
    ),
    Trouble.WAL_DOES_NOT_REACH: (
        "预写日志不能到达 {until}：{said}",
        "the write-ahead log does not reach {until}: {said}",
    ),
    Trouble.NOTHING_TO_RESTORE: (
        "请给出备份目录；外部数据库由管理员恢复之后，再运行 zhiheng restore --continue。",
        "name a backup; once an administrator has restored an external database, run "
        "zhiheng restore --continue",
    ),
    Trouble.HISTORY_DIFFERS: (
        "数据库与已签署的日志不符，最先不同的是第 {position} 条事实。已停止，未改动任何内容。",
        "the database is not what was signed; the first fact that differs is {position}. Stopped "
        "without changing anything",
    ),
    Trouble.ENTRIES_ARE_LOST: (
        "已签署 {signed} 条，自第 {position} 条起在数据库和日志目录中都已找不到。"
        "原日志名称不能继续；可用 --new-origin 以新名称继续。",
        "{signed} entries were signed; from {position} on neither the database nor the log's "
        "folder holds them. The old origin cannot go on; --new-origin begins a new one",
    ),
    Trouble.NOTHING_IS_LOST: (
        "没有丢失任何已签署的事实，不需要新的日志名称。请不带 --new-origin 再运行一次。",
        "no signed fact is lost, so no new origin is needed; run it again without --new-origin",
    ),
    Trouble.DATABASE_IS_SHORT: (
        "已签署 {signed} 条事实，数据库只有 {size} 条。请先运行 zhiheng restore --continue，"
        "再写入任何内容。",
        "{signed} facts were signed and the database holds {size}; run zhiheng restore --continue "
        "before anything is written",
    ),
    Trouble.RESTORE_WAS_INTERRUPTED: (
        "上一次恢复中断了。请再次运行同一条 zhiheng restore 命令。",
        "the last restore was interrupted; run the same zhiheng restore again",
    ),
}


class BackupTrouble(Exception):
    """A backup or restore stopped; `code` says why, `facts` fill in its words."""

    def __init__(self, code: Trouble, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(self.told("en"))

    def told(self, language: Language) -> str:
        """The reason as people read it."""
        return WORDS[self.code][0 if language == "zh" else 1].format(**self.facts)
