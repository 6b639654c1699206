"""Audit work from the terminal: samples, findings and documents."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.audit_work import draw_body, drawn_again, sample_for
from api.audited_values import audited_values
from api.cli_session import REFUSED, WRONG_USAGE, Session, fail, say, signed_in
from api.evidence import Brought, keeping
from api.texts import breach_words
from ledger.money import WrongAmount, parse_yuan
from ledger.sitting import Request

sample = typer.Typer(no_args_is_help=True, help="审计抽样 · Samples")
finding = typer.Typer(no_args_is_help=True, help="审计发现 · Findings")
evidence = typer.Typer(no_args_is_help=True, help="证据 · Evidence")

Institution = Annotated[str | None, typer.Option(help="机构 · institution")]
Body = Annotated[str, typer.Option(help="内容 · what it says")]
FindingArgument = Annotated[str, typer.Argument(help="finding:…")]
SampleArgument = Annotated[str, typer.Argument(help="sample:…")]


@sample.command("draw")
def draw(
    view: Annotated[str, typer.Argument(help="视图名 · name of the view")],
    method: Annotated[str, typer.Option(help="random, systematic, stratified, top, monetary-unit")],
    seed: Annotated[str, typer.Option(help="随机种子 · seed, any text")],
    size: Annotated[int | None, typer.Option(help="样本量 · items")] = None,
    top: Annotated[int | None, typer.Option(help="必选最大项数 · certain largest")] = None,
    strata: Annotated[str | None, typer.Option(help="分层列 · column of strata")] = None,
    amount: Annotated[str | None, typer.Option(help="金额列 · column of amounts")] = None,
    confidence: Annotated[int | None, typer.Option(help="置信度% · confidence")] = None,
    tolerable: Annotated[str | None, typer.Option(help="可容忍错报（元）· tolerable, yuan")] = None,
    expected: Annotated[str | None, typer.Option(help="预计错报（元）· expected, yuan")] = None,
    institution: Institution = None,
    as_of: Annotated[str | None, typer.Option(help="业务时点 · date")] = None,
    known_at: Annotated[str | None, typer.Option(help="认知时点 · size, time or date")] = None,
    where: Annotated[list[str] | None, typer.Option(help="筛选 名=值 · name=value")] = None,
) -> None:
    """抽取样本 · Draw a sample from a view and put it on record; anybody can draw it again."""
    asked = {
        "view": view,
        "method": method,
        "seed": seed,
        "size": size,
        "top": top,
        "strata": strata,
        "amount": amount,
        "confidence": confidence,
        "tolerable_fen": _fen(tolerable),
        "expected_fen": _fen(expected),
        "institution": institution,
        "as_of": as_of,
        "known_at": known_at,
        "filters": dict(_pair(item) for item in where or []),
    }
    given = {name: value for name, value in asked.items() if value is not None}
    with signed_in() as session:
        body = draw_body(session.home.reader, session.caller, given)
        _carry_out(session, "sample.draw", body)
        items, rows = len(body["items"]), body["population"]["rows"]
        say(f"{rows} 行中抽取 {items} 项。", f"{items} items of {rows} rows")


@sample.command("project")
def project(
    name: SampleArgument,
    file: Annotated[Path, typer.Argument(help="样本明细 CSV · CSV of sample-items")],
    by: Annotated[str, typer.Option(help="ratio, difference 或 tainting")] = "tainting",
    institution: Institution = None,
) -> None:
    """推断误差 · Project the errors, from sample-items as CSV with audited values in it."""
    with signed_in() as session:
        _, drawn = sample_for(session.connection, session.caller, name)
        audited = audited_values(session.home, file.read_bytes(), file.name, drawn)
        body = {"sample": name, "estimator": by, "audited": audited, "institution": institution}
        _carry_out(session, "sample.project", body)


@sample.command("repeat")
def repeat(name: SampleArgument) -> None:
    """重新抽取并比对 · Draw a sample again; exit code 1 if anything comes out otherwise."""
    with signed_in() as session:
        _, drawn = sample_for(session.connection, session.caller, name)
        again = drawn_again(session.home.reader, drawn)
    if again.differing:
        parts = ", ".join(again.differing)
        fail(REFUSED, f"{name} 重抽不一致：{parts}", f"{name} comes out otherwise: {parts}")
    say(
        f"{name} 重抽一致：{again.rows} 行，{again.items} 项。",
        f"{name} comes out the same: {again.rows} rows, {again.items} items",
    )


@finding.command("raise")
def raise_(
    title: Annotated[str, typer.Argument(help="标题 · title")],
    body: Body,
    severity: Annotated[str, typer.Option(help="minor, major 或 critical")] = "major",
    about: Annotated[list[str] | None, typer.Option(help="涉及对象 · subjects")] = None,
    position: Annotated[list[int] | None, typer.Option(help="日志位置 · facts")] = None,
    from_sample: Annotated[str | None, typer.Option("--sample", help="sample:…")] = None,
    due: Annotated[str | None, typer.Option(help="整改期限 · date")] = None,
    institution: Institution = None,
) -> None:
    """提出审计发现 · Hold something against an institution; due after 90 days without --due."""
    given = {
        "title": title,
        "body": body,
        "severity": severity,
        "about": about or [],
        "positions": position or [],
        "sample": from_sample,
        "due": due,
        "institution": institution,
    }
    with signed_in() as session:
        _carry_out(session, "finding.raise", given)


@finding.command("answer")
def answer(name: FindingArgument, body: Body, institution: Institution = None) -> None:
    """答复 · Say what was done about a finding."""
    with signed_in() as session:
        given = {"finding": name, "body": body, "institution": institution}
        _carry_out(session, "finding.answer", given)


@finding.command("verify")
def verify(
    name: FindingArgument,
    outcome: Annotated[str, typer.Option(help="mended 或 not-mended")],
    body: Body,
    institution: Institution = None,
) -> None:
    """核实整改 · Say whether a finding is mended."""
    given = {"finding": name, "outcome": outcome, "body": body, "institution": institution}
    with signed_in() as session:
        _carry_out(session, "finding.verify", given)


@finding.command("close")
def close(
    name: FindingArgument,
    outcome: Annotated[str, typer.Option(help="mended, risk-accepted 或 withdrawn")],
    body: Body,
    institution: Institution = None,
) -> None:
    """关闭 · Close a finding."""
    given = {"finding": name, "outcome": outcome, "body": body, "institution": institution}
    with signed_in() as session:
        _carry_out(session, "finding.close", given)


@evidence.command("keep")
def keep(
    file: Annotated[Path, typer.Argument(help="文件 · the document")],
    title: Annotated[str | None, typer.Option(help="标题 · title")] = None,
    about: Annotated[list[str] | None, typer.Option(help="涉及对象 · subjects")] = None,
    institution: Institution = None,
) -> None:
    """证据入库 · Put a document into the evidence store."""
    said = {"title": title, "institution": institution}
    brought = Brought(
        file.read_bytes(),
        file.name,
        tuple(about or ()),
        {name: value for name, value in said.items() if value is not None},
    )
    with signed_in() as session:
        _decided(session, keeping(session.home, session.caller, brought))


def _carry_out(session: Session, name: str, body: dict[str, Any]) -> None:
    """Have a command decided and tell what became of it."""
    given = {field: value for field, value in body.items() if value is not None}
    _decided(session, session.home.door.admit(name, given, session.caller.by))


def _decided(session: Session, request: Request) -> None:
    """Position, type and subject of each fact on standard output, breaches below."""
    answer = session.scribe.handle(request)
    for fact in answer.written:
        typer.echo(f"#{fact.position} {fact.topic} {fact.subjects[0].subject}")
    for breach in answer.breaches:
        told = breach_words(breach)
        say(f"  {told['zh']}", f"  {told['en']}")


def _pair(item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals:
        fail(WRONG_USAGE, f"“{item}”应写成 名=值。", f"write '{item}' as name=value")
    return name, value


def _fen(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_yuan(text)
    except WrongAmount:
        fail(WRONG_USAGE, f"“{text}”不是金额。", f"'{text}' is no amount of yuan")
