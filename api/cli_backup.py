"""Backup and restore from the terminal."""

import signal
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.backups.mending import Mended, Wanted, mend, need_nobody_else, settle_origin
from api.backups.restoring import restore_from
from api.backups.taking import place_of, receive_wal, take
from api.backups.trouble import BackupTrouble, Trouble
from api.cli_session import REFUSED, WRONG_USAGE, Progress, fail, opened, say, told_plainly
from api.home import DATABASE, open_home
from api.moments import malformed, read_known_at
from api.sealing import host_id, seal_once
from api.settings import Settings, read_settings
from ledger.facts import (
    AccountRegistered,
    CounterpartyRegistered,
    PersonRegistered,
    ReadsDigested,
    StatementImported,
    TokenIssued,
)
from ledger.last_signed import signed_file

_BESIDE = {
    PersonRegistered.TOPIC: ("人员姓名与证件号", "names and numbers of persons"),
    AccountRegistered.TOPIC: ("银行账号", "numbers of bank accounts"),
    CounterpartyRegistered.TOPIC: ("自然人交易对方的姓名", "names of counterparties"),
    StatementImported.TOPIC: ("银行流水", "lines of bank statements"),
    TokenIssued.TOPIC: ("令牌", "tokens"),
    ReadsDigested.TOPIC: ("已固定的查阅记录", "days of readings that are pinned"),
}
_POSITIONS_TOLD = 10


def backup(
    out: Annotated[Path | None, typer.Argument(help="新目录 · a new folder")] = None,
    incremental: Annotated[
        Path | None, typer.Option(help="只记与此备份的差别 · only what changed since this backup")
    ] = None,
    wal: Annotated[
        Path | None,
        typer.Option(help="持续接收预写日志，直到停止 · receive WAL until stopped"),
    ] = None,
    login: Annotated[
        str | None,
        typer.Option(
            help="有复制权限的连接 · a login with replication", envvar="ZHIHENG_BACKUP_DATABASE_URL"
        ),
    ] = None,
) -> None:
    """备份 · Back up database, log and documents while the service works; keys are never in it."""
    if (out is None) == (wal is None):
        fail(WRONG_USAGE, "请给出新目录，或 --wal 目录。", "name a new folder, or --wal FOLDER")
    with opened() as home:
        place = place_of(home, login)
        if wal is not None:
            # The receiver is to end in order also when whoever runs it as a service stops it.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            say(
                f"正在接收预写日志到 {wal}（Ctrl-C 停止）", f"receiving WAL to {wal} (Ctrl-C stops)"
            )
            if receive_wal(wal, place) != 0:
                fail(REFUSED, "接收预写日志的程序出错结束。", "the receiver of WAL failed")
            return
        with Progress(1, "备份 · backup") as progress:
            paper = take(home, Path(out or ""), place, incremental, progress.reach)
        keys = ", ".join(paper.left_out)
        say(
            f"已备份并核对：{out}（{paper.facts} 条事实，已签署 {paper.signed or 0} 条）。"
            f"请另行保管：{keys}",
            f"backed up and verified: {out} ({paper.facts} facts, {paper.signed or 0} signed); "
            f"keep elsewhere: {keys}",
        )


def restore(
    backup: Annotated[Path | None, typer.Argument(help="备份目录 · the backup")] = None,
    wal: Annotated[Path | None, typer.Option(help="接收到的预写日志 · the received WAL")] = None,
    until: Annotated[
        str | None, typer.Option(help="只到此时刻 · replay WAL up to this time only")
    ] = None,
    new_origin: Annotated[
        str | None,
        typer.Option(help="已签署的事实丢失时的新日志名称 · a new origin where entries are lost"),
    ] = None,
    go_on: Annotated[
        bool,
        typer.Option("--continue", help="数据库已由他人恢复 · the database is back already"),
    ] = False,
) -> None:
    """恢复 · Bring a ledger back; nothing is signed before it is again what was signed."""
    with told_plainly():
        settings = read_settings()
        if (backup is None) != go_on or (backup is not None and not settings.is_embedded):
            raise BackupTrouble(Trouble.NOTHING_TO_RESTORE)
        if until is not None and wal is None:
            fail(WRONG_USAGE, "--until 须与 --wal 同用。", "--until goes with --wal")
        with Progress(1, "恢复 · restore") as progress:
            wanted = Wanted(host_id(settings), new_origin, progress.reach)
            if backup is not None:
                moment = None if until is None else _time(until)
                mended = restore_from(settings, backup, wal, moment, wanted)
            else:
                mended = _mended_here(settings, wanted)
        with open_home(settings) as home:
            begun = mended.new_origin is not None
            settle_origin(home.service_url, settings, wanted.host, just_begun=begun)
            _tell(mended)
            if signed_file(settings.signing_key_file).exists():
                sealed = seal_once(home)
                say(f"已签署到 {sealed} 条。", f"signed up to {sealed} facts")


def _time(text: str) -> datetime:
    """A time with its zone. Raises Refusal(PARAMETER_IS_MALFORMED)."""
    moment = read_known_at(text, "until")
    if not isinstance(moment, datetime):
        raise malformed("until", text, "2022-06-30T09:00:00+08:00")
    return moment


def _mended_here(settings: Settings, wanted: Wanted) -> Mended:
    """Mend a database that somebody else brought back."""
    with open_home(settings) as home:
        owner = home.server.logins(DATABASE).owner if home.server else settings.owner_url
        if owner is None:
            raise BackupTrouble(Trouble.LOGIN_IS_NEEDED)
        need_nobody_else(home.service_url)
        return mend(owner, home.service_url, settings, wanted, restored=False)


def _tell(mended: Mended) -> None:
    """What came back, what did not, and what to do about it."""
    refilled = mended.refilled
    say(
        f"数据库有 {mended.size} 条事实，已签署 {mended.signed} 条；"
        f"从日志目录补回 {refilled.count} 条。",
        f"the database had {mended.size} facts, {mended.signed} were signed; "
        f"{refilled.count} came back from the log's folder",
    )
    if mended.put_aside is not None:
        say(f"原数据保留于 {mended.put_aside}", f"the former data lie in {mended.put_aside}")
    if mended.erased:
        say(
            f"再次销毁了 {mended.erased} 个已擦除者的密钥。",
            f"the keys of {mended.erased} erased persons were destroyed again",
        )
    for topic, positions in refilled.beside.items():
        zh, en = _BESIDE[topic]
        told = ", ".join(map(str, positions[:_POSITIONS_TOLD]))
        told += ", …" if len(positions) > _POSITIONS_TOLD else ""
        say(
            f"只有预写日志能带回：{zh} {len(positions)} 处（事实 {told}）",
            f"only WAL can bring back: {en}, {len(positions)} of them (facts {told})",
        )
    if refilled.commands:
        say(
            f"{refilled.commands} 个命令的答复已失：以其命令键重发将被拒绝。",
            f"the answers of {refilled.commands} commands are lost: repeating them by key is "
            "refused",
        )
    if mended.new_origin is not None:
        say(f"日志以新名称 {mended.new_origin} 继续。", f"the log goes on as {mended.new_origin}")
