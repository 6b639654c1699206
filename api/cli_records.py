"""Writing from the terminal: commands from a file of JSON lines, bank files, and lists."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import orjson
import typer

from api.bodies import read_json
from api.cli_lists import take_list
from api.cli_session import (
    REFUSED,
    Progress,
    Session,
    say,
    signed_in,
    spoken,
    words,
)
from api.desk import prepare_claim
from api.door import declared
from api.exports.cells import yuan
from api.imports.intake import Taken, accept, preview, read_upload
from api.imports.verdicts import Verdict, alike_words, same_money_line
from api.lists.intake import Asked
from api.lists.tables import is_bank_file
from api.problems import written_facts
from api.routes.lists import rows_of, titles_of
from api.routes.statements import Upload
from api.terminal import table
from api.texts import breach_words
from ledger.access import acting_institution
from ledger.accounts import FINANCE_CLERKS, ImportStatement
from ledger.documents import KeepEvidence
from ledger.institutions import OpenLog
from ledger.proposals import IssueToken
from ledger.receipts import ClaimReceipt
from ledger.refusals import Refusal, Refused
from ledger.samples import DrawSample
from ledger.sitting import Answer, Request

BATCH = 500
"""Commands decided and committed together."""

OWN_DOORS = {
    ImportStatement.NAME: "zhiheng import FILE",
    IssueToken.NAME: "zhiheng access token ACTOR",
    DrawSample.NAME: "zhiheng sample draw VIEW",
    KeepEvidence.NAME: "zhiheng evidence keep FILE",
    OpenLog.NAME: "zhiheng access bootstrap",
}
"""Commands that bring something to the vault or open the log: a line of JSON is not enough."""


class Item(NamedTuple):
    """One line of the file: the request, or why there is none."""

    line: int
    name: str
    request: Request | Refusal


def record(
    file: Annotated[str, typer.Argument(help="JSONL 文件，- 为标准输入 · a file, - for stdin")],
) -> None:
    """逐行执行命令 · Carry out one command a line; one JSON result a line.

    Each line is {"command": "license.grant", "key": "...", ...}. A refused line stops no other;
    the exit code is 1 if any was refused.
    """
    with signed_in() as session:
        source = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        lines = [
            (number, line) for number, line in enumerate(source.splitlines(), 1) if line.strip()
        ]
        refused = False
        with Progress(len(lines), "record") as progress:
            for start in range(0, len(lines), BATCH):
                batch = lines[start : start + BATCH]
                for result in _carried_out(session, batch):
                    refused = refused or "code" in result
                    typer.echo(orjson.dumps(result, default=str))
                progress.reach(start + len(batch))
    if refused:
        raise typer.Exit(REFUSED)


def _carried_out(session: Session, lines: list[tuple[int, bytes]]) -> Iterator[dict[str, Any]]:
    items = [_item(session, number, line) for number, line in lines]
    requests = [item.request for item in items if isinstance(item.request, Request)]
    verdicts = iter(session.scribe.handle_all(requests))
    for item in items:
        verdict = item.request if isinstance(item.request, Refusal) else next(verdicts)
        yield {"line": item.line, "command": item.name, **_result(verdict)}


def _item(session: Session, number: int, line: bytes) -> Item:
    name = "?"
    try:
        body = read_json(line)
        name, key = str(body.pop("command", "?")), body.pop("key", None)
        if key is not None and not isinstance(key, str):
            problem = {"field": "key", "rule": "string_type", "message": "the key is a string"}
            raise Refusal(Refused.COMMAND_IS_MALFORMED, command=name, errors=[problem])
        return Item(number, name, _admitted(session, name, body, key))
    except Refusal as refusal:
        return Item(number, name, refusal)


def _admitted(session: Session, name: str, body: dict[str, Any], key: str | None) -> Request:
    by, door = session.caller.by, session.home.door
    if name in OWN_DOORS:
        raise Refusal(Refused.COMMAND_HAS_ITS_OWN_DOOR, command=name, instead=OWN_DOORS[name])
    if not declared(name).command.ROLES:
        raise Refusal(Refused.COMMAND_IS_UNKNOWN, command=name)
    if name != ClaimReceipt.NAME:
        return door.admit(name, body, by, key)
    acting = acting_institution(
        session.caller.state, FINANCE_CLERKS, body.get("institution"), None, session.caller.day
    )
    whole, commitments = prepare_claim(session.connection, session.home.vault, acting, body)
    return door.admit(name, whole, by, key, commitments=commitments)


def _result(verdict: Answer | Exception) -> dict[str, Any]:
    """A verdict as one JSON object; `code` stands in it when the answer is no."""
    if isinstance(verdict, Answer):
        told: dict[str, Any] = {
            "facts": written_facts(verdict.written),
            "breaches": [breach_words(breach) for breach in verdict.breaches],
            "replayed": verdict.replayed,
        }
        return told | _no(verdict.refusal) if verdict.refusal else told
    if isinstance(verdict, Refusal):
        return _no(verdict)
    raise verdict


def _no(refusal: Refusal) -> dict[str, Any]:
    return {"code": str(refusal.code), "detail": words(refusal), "values": refusal.values}


def import_files(
    files: Annotated[list[Path], typer.Argument(help="银行流水或名单 · bank files or lists")],
    account: Annotated[
        str | None, typer.Option(help="账户 account:… · the account, if the file names none")
    ] = None,
    institution: Annotated[str | None, typer.Option(help="机构 · the institution")] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="名单种类 · patents, contracts, registrations, arrivals or bank"),
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", help="列标题=字段，名称=organisation 或 person · title=field"),
    ] = None,
    doubles: Annotated[
        str, typer.Option(help="可能重复仍要接收的行 · possible doubles to take, as 5,7")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只预览，不写入 · show only, write nothing")
    ] = False,
    accept_good: Annotated[
        bool, typer.Option("--accept-good", help="只接收合格的行 · take the good lines only")
    ] = False,
    claim_numbers: Annotated[
        bool,
        typer.Option("--claim-numbers", help="一并主张他机构的专利 · claim others' patents"),
    ] = False,
) -> None:
    """导入银行流水或名单 · Take bank files or lists in, each as a whole or not at all.

    What a file is follows from its column titles; --kind says it. Lines already known are no error.
    One rejected line and nothing of its file is written, unless --accept-good; the exit code is
    then 1.
    """
    good = True
    with signed_in() as session:
        for path in files:
            data = path.read_bytes()
            try:
                if kind == "bank" or (kind is None and is_bank_file(session.home, data, path.name)):
                    upload = Upload(data, path.name, institution, account, accept_good, dry_run)
                    good = _take_bank_file(session, path, upload) and good
                else:
                    asked = Asked(
                        data,
                        path.name,
                        institution=institution,
                        kind=kind,
                        titles=titles_of(mapped or []),
                        account=account,
                        doubles=rows_of(doubles),
                        accept_good=accept_good,
                        claim_numbers=claim_numbers,
                    )
                    good = take_list(session, asked, dry_run=dry_run) and good
            except Refusal as refusal:
                good = False
                _tell_refused(path, refusal)
    if not good:
        raise typer.Exit(REFUSED)


def _take_bank_file(session: Session, path: Path, upload: Upload) -> bool:
    """Preview a bank file or take it in, and tell; whether every line could be taken."""
    institution, account = upload.institution, upload.account
    by = session.caller.by
    with Progress(2, "import") as progress:
        file = read_upload(session.home, upload.data, upload.filename)
        progress.reach(1)
        if upload.dry_run:
            found = preview(
                session.home,
                session.connection,
                by,
                file,
                institution=institution,
                account=account,
            )
            taken = Taken(found, None, None)
        else:
            taken = accept(
                session.home,
                session.connection,
                session.scribe.handle,
                by,
                file,
                accept_good=upload.accept_good,
                institution=institution,
                account=account,
            )
    _tell(path, taken, every_line=upload.dry_run)
    return not (upload.dry_run and taken.preview.rejected)


def _tell(path: Path, taken: Taken, *, every_line: bool) -> None:
    found = taken.preview
    accepted, duplicates, rejected = found.accepted, found.duplicates, len(found.rejected)
    money_in, money_out = yuan(found.credit_fen), yuan(found.debit_fen)
    say(
        f"{path.name}：接收 {accepted} 行，重复 {duplicates} 行，拒绝 {rejected} 行；"
        f"收入 {money_in} 元，支出 {money_out} 元；账户 {found.account.id}",
        f"{path.name}: {accepted} lines accepted, {duplicates} duplicate, {rejected} rejected; "
        f"in {money_in}, out {money_out} yuan; {found.account.id}",
    )
    if rule := same_money_line(found, spoken()):
        typer.echo(rule)
    if every_line and found.verdicts:
        typer.echo(_lines(found.verdicts))
    for verdict in found.verdicts:
        if verdict.alike is not None:
            zh, en = alike_words(verdict.alike)
            say(f"  {verdict.number}：{zh}", f"  {verdict.number}: {en}")
    for line in found.rejected:
        say(f"  {line.zh}", f"  {line.en}")
    if taken.answer is not None:
        position = taken.answer.written[0].position
        say(f"已入账：位置 {position}，{taken.statement}", f"at {position}: {taken.statement}")
    elif every_line:
        say("仅预览，没有写入。", "a preview: nothing was written")
    else:
        say("没有新的行，没有写入。", "no new lines: nothing was written")


def _lines(verdicts: tuple[Verdict, ...]) -> str:
    zh = spoken() == "zh"
    titles = (
        ["行", "结论", "记账日期", "金额", "对方户名", "摘要"]
        if zh
        else ["line", "verdict", "booked", "amount", "counterparty", "remittance"]
    )
    shown = {"accepted": "接收", "joined": "并入", "duplicate": "重复", "rejected": "拒绝"}
    rows = [
        [
            str(verdict.number),
            shown[verdict.verdict] if zh else verdict.verdict,
            *(
                ("", "", "", "")
                if (line := verdict.line) is None
                else (
                    line.booking_date.isoformat(),
                    yuan(line.amount_fen),
                    line.payer_name,
                    line.remittance,
                )
            ),
        ]
        for verdict in verdicts
    ]
    return table(titles, rows, (True, False, False, True, False, False))


def _tell_refused(path: Path, refusal: Refusal) -> None:
    typer.echo(f"{path.name}: {words(refusal)}", err=True)
    for line in refusal.values.get("lines", ()):
        typer.echo(f"  {line[spoken()]}", err=True)
