"""Who may act, from the terminal: the first administrator, roles, tokens, forgotten bank lines."""

import secrets
import sys
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple

import orjson
import psycopg
import typer

from api.cli_session import (
    REFUSED,
    WRONG_USAGE,
    Session,
    fail,
    opened,
    say,
    signed_in,
    spoken,
)
from api.desk import forget_expired
from api.home import Home, read_head
from api.moments import read_day
from api.reads import digests_that_differ, lines_of
from api.signing import first_adoption
from api.standing_rights import actors, waiting_proposals
from api.states import state_of
from api.terminal import table
from api.tokens import own_token, with_second_half, with_secret
from ledger.access import Actor
from ledger.actors import KEEPERS, SEALER, Role
from ledger.institutions import RecoverAccess
from ledger.key_files import read_seed
from ledger.notes import Signer
from ledger.proposals import TOKEN_DAYS_MAX
from ledger.refusals import Refusal, Refused
from ledger.sealing_stops import SealingStopped, Stop
from ledger.signing_keys import log_state
from ledger.sitting import Answer, Request
from ledger.writers import Scribe

access = typer.Typer(no_args_is_help=True, help="权限与令牌 · Who may act: roles and tokens")

_TOKENS = (
    "SELECT token, purpose, expires_at FROM vault.tokens "
    "WHERE actor = %s AND expires_at > %s ORDER BY expires_at"
)
_AUDITS_ACCESS = KEEPERS | {Role.SECURITY_AUDITOR}

ActorArgument = Annotated[str, typer.Argument(help="操作者 actor:… · the actor")]
RoleArgument = Annotated[Role, typer.Argument(help="角色 · the role")]
Scope = Annotated[str | None, typer.Option("--institution", help="机构 · the institution")]


class _NewActor(NamedTuple):
    """Somebody not known yet: the id made for them, and the requests that make them known."""

    actor: str
    requests: list[Request]


_Name = Annotated[str | None, typer.Option(help="系统管理员姓名 · administrator's name")]
_SecurityName = Annotated[
    str | None,
    typer.Option(help="安全管理员姓名（另一人） · another person's name"),
]
_Days = Annotated[int, typer.Option(help="令牌有效天数 · days the tokens are valid", min=1)]


@access.command("bootstrap")
def bootstrap(name: _Name = None, security_name: _SecurityName = None, days: _Days = 90) -> None:
    """在空日志上开立账本 · Open an empty log for two persons; prints a token each this one time.

    Standard output has two lines: the administrator's token, the security administrator's token.
    """
    with opened(may_be_new=True) as home:
        two = _two_named(name, security_name)
        opening = {"origin": home.settings.origin, "clock": "real", **_ids(two)}
        _begin(home, two, home.door.admit("log.open", opening, two.first.actor), days)


@access.command("recover")
def recover(name: _Name = None, security_name: _SecurityName = None, days: _Days = 90) -> None:
    """在服务器上恢复权限管理 · Name two persons anew who give rights; at the server alone.

    It needs the home's key files, works when every token is dead, and is a fact that all see.
    """
    with opened() as home:
        _need_signing_key(home)
        two = _two_named(name, security_name)
        asked = Request(RecoverAccess.model_validate(_ids(two)), SEALER, secrets.token_hex(16))
        _begin(home, two, asked, days)


class _Keeper(NamedTuple):
    """Somebody who will give rights: a name, and the ids made for account and person."""

    name: str
    actor: str
    person: str


class _Two(NamedTuple):
    first: _Keeper
    second: _Keeper


def _two_named(name: str | None, security_name: str | None) -> _Two:
    """Two names, asked for at a terminal. They must differ: one person is not two."""
    if (name is None or security_name is None) and not sys.stdin.isatty():
        fail(
            WRONG_USAGE,
            "请用 --name 与 --security-name 给出两个人的姓名。",
            "name two persons with --name and --security-name",
        )
    zh = spoken() == "zh"
    first = name or typer.prompt("系统管理员姓名" if zh else "Administrator's name")
    second = security_name or typer.prompt(
        "安全管理员姓名" if zh else "Security administrator's name"
    )
    if first.strip() == second.strip():
        fail(WRONG_USAGE, "两个角色须由两个人担任。", "the two roles need two persons")
    return _Two(_keeper(first), _keeper(second))


def _keeper(name: str) -> _Keeper:
    return _Keeper(name, f"actor:{uuid.uuid4()}", f"person:{uuid.uuid4()}")


def _ids(two: _Two) -> dict[str, str]:
    return {
        "administrator": two.first.actor,
        "person": two.first.person,
        "security_administrator": two.second.actor,
        "security_person": two.second.person,
    }


def _begin(home: Home, two: _Two, beginning: Request, days: int) -> None:
    """Write all at once, so that no log stands open to which nobody holds a token."""
    expires_at = home.clock() + timedelta(days=min(days, TOKEN_DAYS_MAX["bearer"]))
    tokens = [own_token(home.door, each.actor, "bearer", expires_at) for each in two]
    named = [{"person": each.person, "name": each.name} for each in two]
    with Scribe(home.service_url, home.clock) as scribe:
        _all_or_refuse(
            scribe,
            [
                beginning,
                *(home.door.admit("person.register", each, two.first.actor) for each in named),
                *_first_key(home, two.first.actor),
                *(each.request for each in tokens),
            ],
        )
    for each, token in zip(two, tokens, strict=True):
        _show_secret(each.actor, token.secret, expires_at)


def _need_signing_key(home: Home) -> None:
    """Refuse to recover where the key is missing that signs this log, or where it is not open."""
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        log = log_state(connection)
    if not log.opened:
        raise Refusal(Refused.LOG_IS_NOT_OPEN)
    file = home.settings.signing_key_file
    if log.key is not None and str(Signer.of_seed(log.origin, read_seed(file)).verifier) != log.key:
        raise SealingStopped(Stop.KEY_DOES_NOT_MATCH, file=str(file))


def _first_key(home: Home, administrator: str) -> Iterator[Request]:
    """The adoption of the first signing key; a log that is open has its keys already."""
    if read_head(home.service_url).size == 0:
        yield first_adoption(home, home.settings.origin, administrator)


def _all_or_refuse(scribe: Scribe, requests: list[Request]) -> list[Answer]:
    answers = []
    for verdict in scribe.handle_all(requests):
        if isinstance(verdict, Exception):
            raise verdict
        answers.append(verdict)
    return answers


def _proposed(answer: Answer) -> None:
    """Say what has to happen next; the proposal alone goes to standard output."""
    say(
        "已提请，须由另一位管理员确认：zhiheng access confirm 编号",
        "proposed; another administrator confirms it: zhiheng access confirm ID",
        error=True,
    )
    typer.echo(answer.written[-1].subjects[0].subject)


def _show_secret(actor: str, secret: str, expires_at: datetime) -> None:
    """The secret alone on standard output, so that it can be piped; the rest beside it."""
    day = expires_at.date()
    say(
        f"{actor} 的令牌如下，只显示这一次，有效至 {day}。请设为 ZHIHENG_TOKEN：",
        f"the token of {actor}, shown this one time, valid until {day}; put it into ZHIHENG_TOKEN:",
        error=True,
    )
    typer.echo(secret)


@access.command("grant")
def grant(
    actor: Annotated[str, typer.Argument(help="actor:… 或 new · actor:… or new")],
    role: RoleArgument,
    institution: Scope = None,
    starts: Annotated[str | None, typer.Option("--from", help="起 · first day")] = None,
    ends: Annotated[str | None, typer.Option("--until", help="止 · last day")] = None,
    name: Annotated[
        str | None, typer.Option(help="姓名（new）· name of a new person, kept in the vault")
    ] = None,
    person: Annotated[
        str | None, typer.Option(help="person:…（new）· a person already registered")
    ] = None,
    program: Annotated[bool, typer.Option("--program", help="程序 · a program")] = False,
) -> None:
    """提请授予角色 · Propose a role, which another administrator confirms; prints the proposal.

    `new` as the actor registers somebody first and prints that id before.
    """
    first, last = read_day("--from", starts), read_day("--until", ends)
    with signed_in() as session:
        requests: list[Request] = []
        if actor == "new":
            actor, requests = _newcomer(session, name, person, program)
        body = {
            "holder": actor,
            "role": role,
            "scope": institution,
            "starts": first.isoformat() if first else None,
            "ends": last.isoformat() if last else None,
        }
        registered = len(requests)
        requests.append(_admit(session, "role.grant", body))
        answers = _all_or_refuse(session.scribe, requests)
        if registered:
            typer.echo(actor)
        _proposed(answers[-1])


def _newcomer(session: Session, name: str | None, person: str | None, program: bool) -> _NewActor:
    if not program and name is None and person is None:
        fail(
            WRONG_USAGE,
            "请用 --name 或 --person 说明是谁（程序用 --program）：四眼原则比较的是人。",
            "say who it is with --name or --person (--program for a program): "
            "rules of two persons compare persons",
        )
    actor = f"actor:{uuid.uuid4()}"
    requests = []
    if name is not None and person is None:
        person = f"person:{uuid.uuid4()}"
        requests.append(_admit(session, "person.register", {"person": person, "name": name}))
    kind = "program" if program else "human"
    body = {"actor": actor, "kind": kind, "person": person}
    requests.append(_admit(session, "actor.register", body))
    return _NewActor(actor, requests)


def _admit(session: Session, name: str, body: dict[str, Any]) -> Request:
    return session.home.door.admit(name, body, session.caller.by)


@access.command("revoke")
def revoke(
    actor: ActorArgument,
    role: Annotated[Role | None, typer.Argument(help="角色 · the role")] = None,
    institution: Scope = None,
    token: Annotated[str | None, typer.Option(help="令牌编号 · id of a token")] = None,
) -> None:
    """撤销角色或令牌 · End a role, or make a token worthless, at once."""
    if (role is None) == (token is None):
        fail(WRONG_USAGE, "请给出角色或 --token 之一。", "name either a role or --token")
    with signed_in() as session:
        if token is not None:
            request = _admit(session, "token.revoke", {"holder": actor, "token": token})
        else:
            body = {"holder": actor, "role": role, "scope": institution}
            request = _admit(session, "role.revoke", body)
        session.scribe.handle(request)
        say("已撤销。", "revoked")


@access.command("token")
def token(
    actor: Annotated[str | None, typer.Argument(help="操作者，缺省为本人 · an actor")] = None,
    purpose: Annotated[
        Literal["bearer", "sign-in"], typer.Option(help="程序令牌或登录链接 · token or link")
    ] = "bearer",
    days: Annotated[int, typer.Option(help="有效天数 · days it is valid", min=1)] = 31,
) -> None:
    """签发令牌 · Issue a secret for oneself, or propose one for somebody else.

    Of another's secret the first half is printed now, this one time, and the second to whoever
    confirms it; the holder is given both.
    """
    with signed_in() as session:
        home, valid = session.home, min(days, TOKEN_DAYS_MAX[purpose])
        expires_at = home.clock() + timedelta(days=valid)
        body = {
            "holder": actor or session.caller.actor,
            "purpose": purpose,
            "expires_at": expires_at.isoformat(),
        }
        words, request = with_secret(_admit(session, "token.issue", body))
        answer = session.scribe.handle(request)
        if actor in (None, session.caller.actor):
            shown = words if purpose == "bearer" else f"/sign-in?token={words}"
            _show_secret(session.caller.actor, shown, expires_at)
            return
        _proposed(answer)
        say("前半段，只显示这一次：", "the first half, shown this one time:", error=True)
        typer.echo(words)


@access.command("propose")
def propose(
    person: Annotated[str, typer.Argument(help="人员 · the person")],
) -> None:
    """提请为同一人另开账号 · Propose a further account of a person; prints the proposal.

    Roles and tokens are proposed by `grant` and `token`.
    """
    with signed_in() as session:
        body = {"kind": "human", "person": person}
        _proposed(session.scribe.handle(_admit(session, "actor.register", body)))


@access.command("confirm")
def confirm(
    proposal: Annotated[str | None, typer.Argument(help="提请编号 · the proposal")] = None,
    decline: Annotated[bool, typer.Option("--decline", help="否决 · decline it")] = False,
    holder: Annotated[
        str | None, typer.Option(help="补充确认其既有授权 · affirm a standing right of this actor")
    ] = None,
    role: Annotated[Role | None, typer.Option(help="角色 · the role")] = None,
    institution: Scope = None,
) -> None:
    """确认授权 · Confirm what another person proposed; without an id, show what waits.

    Of a token the second half is printed, this one time.
    """
    with signed_in() as session:
        if holder is not None:
            body = {"holder": holder, "role": role, "scope": institution}
            session.scribe.handle(_admit(session, "right.affirm", body))
            say("已补充确认。", "affirmed")
        elif proposal is None:
            _show_waiting(session)
        elif decline:
            session.scribe.handle(_admit(session, "right.decline", {"proposal": proposal}))
            say("已否决。", "declined")
        else:
            _confirm(session, proposal)


def _confirm(session: Session, proposal: str) -> None:
    request = _admit(session, "right.confirm", {"proposal": proposal})
    waiting = state_of(session.connection, proposal)
    half = with_second_half(request, waiting)
    session.scribe.handle(half.request if half else request)
    say("已确认。", "confirmed", error=True)
    if half is None:
        return
    say("后半段，只显示这一次：", "the second half, shown this one time:", error=True)
    link = waiting.right.purpose == "sign-in"
    typer.echo(f"/sign-in?half={half.words}" if link else half.words)


def _show_waiting(session: Session) -> None:
    if not session.caller.roles & _AUDITS_ACCESS:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(_AUDITS_ACCESS))
    zh = spoken() == "zh"
    titles = (
        ("提请", "事项", "操作者", "角色", "机构", "提请人")
        if zh
        else ("proposal", "gives", "actor", "role", "institution", "proposed by")
    )
    rows = [
        (subject, right.gives, right.holder, str(right.role or ""), right.scope or "", by)
        for subject, right, by in waiting_proposals(session.connection)
    ]
    typer.echo(table(titles, rows))


@access.command("list")
def list_actors() -> None:
    """列出操作者及角色 · All actors with their roles and valid tokens, for administrators."""
    with signed_in() as session:
        if not session.caller.roles & _AUDITS_ACCESS:
            raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(_AUDITS_ACCESS))
        now, day = session.home.clock(), session.caller.day
        rows = [
            row
            for actor, state in actors(session.connection).items()
            for row in _rows(session.connection, actor, state, now, day)
        ]
        zh = spoken() == "zh"
        titles = (
            ("操作者", "权限", "机构", "起", "止")
            if zh
            else ("actor", "right", "institution", "from", "until")
        )
        typer.echo(table(titles, rows))


def _rows(
    connection: psycopg.Connection[Any], actor: str, state: Actor, now: datetime, day: date
) -> list[tuple[str, str, str, str, str]]:
    grants = [
        (actor, str(held.role), held.scope or "—", str(held.starts), str(held.ends or ""))
        for held in state.grants
        if held.ends is None or held.ends >= day
    ]
    tokens = [
        (actor, f"{purpose} {token}", "", "", str(expires_at.date()))
        for token, purpose, expires_at in connection.execute(_TOKENS, (actor, now))
        if token in state.tokens
    ]
    return grants + tokens or [(actor, "—", "", "", "")]


@access.command("forget-lines")
def forget_lines(
    before: Annotated[str, typer.Option(help="早于此日 · value dates before this day")],
) -> None:
    """清除过期未认领流水 · Destroy bank lines nobody claimed whose retention has ended."""
    with signed_in() as session:
        if Role.ADMINISTRATOR not in session.caller.roles:
            raise Refusal(Refused.ROLE_IS_MISSING, roles=[Role.ADMINISTRATOR])
        day = read_day("--before", before)
        if day is None:
            fail(WRONG_USAGE, "请用 --before 给出日期。", "give a day with --before")
        count = forget_expired(session.connection, day)
        typer.echo(orjson.dumps({"forgotten": count, "before": day.isoformat()}))


@access.command("reads")
def reads(
    day: Annotated[str, typer.Argument(help="日期 · the day")],
) -> None:
    """查阅记录 · What auditors and the bureau were shown on a day; 1 if altered since."""
    with signed_in() as session:
        if not session.caller.roles & _AUDITS_ACCESS:
            raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(_AUDITS_ACCESS))
        wanted = read_day("day", day)
        if wanted is None:
            fail(WRONG_USAGE, "请给出日期。", "give a day")
        for line in lines_of(session.connection, wanted):
            typer.echo(orjson.dumps(line))
        for position, differs in digests_that_differ(session.connection):
            if differs == wanted:
                fail(
                    REFUSED,
                    f"与第 {position} 条事实固定的摘要不符。",
                    f"this is not what fact {position} pinned",
                )
