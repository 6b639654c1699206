"""Who may act, from the terminal: the first administrator, roles, tokens, forgotten bank lines."""

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
from api.states import state_of
from api.terminal import table
from api.tokens import issue, new_token
from ledger.access import ADMINISTRATORS, TOKEN_DAYS_MAX, Actor
from ledger.actors import Role
from ledger.refusals import Refusal, Refused
from ledger.sitting import Request
from ledger.writers import Scribe

access = typer.Typer(no_args_is_help=True, help="权限与令牌 · Who may act: roles and tokens")

_ACTORS = "SELECT DISTINCT subject FROM ledger.subjects WHERE subject LIKE 'actor:%' ORDER BY 1"
_TOKENS = (
    "SELECT token, purpose, expires_at FROM vault.tokens "
    "WHERE actor = %s AND expires_at > %s ORDER BY expires_at"
)
_AUDITS_ACCESS = ADMINISTRATORS | {Role.SECURITY_AUDITOR}

ActorArgument = Annotated[str, typer.Argument(help="操作者 actor:… · the actor")]
RoleArgument = Annotated[Role, typer.Argument(help="角色 · the role")]
Scope = Annotated[str | None, typer.Option("--institution", help="机构 · the institution")]


class _NewActor(NamedTuple):
    """Somebody not known yet: the id made for them, and the requests that make them known."""

    actor: str
    requests: list[Request]


@access.command("bootstrap")
def bootstrap(
    name: Annotated[str | None, typer.Option(help="首任管理员姓名 · administrator's name")] = None,
    days: Annotated[int, typer.Option(help="令牌有效天数 · days the token is valid", min=1)] = 90,
) -> None:
    """在空日志上开立账本 · Open an empty log; prints the administrator's token this one time."""
    with opened(may_be_new=True) as home:
        if name is None and not sys.stdin.isatty():
            fail(WRONG_USAGE, "请用 --name 给出管理员姓名。", "give the name with --name")
        given = name or typer.prompt("管理员姓名" if spoken() == "zh" else "Administrator's name")
        administrator, person = f"actor:{uuid.uuid4()}", f"person:{uuid.uuid4()}"
        opening = {
            "origin": home.settings.origin,
            "clock": "real",
            "administrator": administrator,
            "person": person,
        }
        expires_at = home.clock() + timedelta(days=_days("bearer", days))
        token = new_token(home.door, administrator, administrator, "bearer", expires_at)
        naming = {"person": person, "name": given}
        with Scribe(home.service_url, home.clock) as scribe:
            # Together, so that no log stands open to which nobody holds a token.
            _all_or_refuse(
                scribe,
                [
                    home.door.admit("log.open", opening, administrator),
                    home.door.admit("person.register", naming, administrator),
                    *_first_key(home, administrator),
                    token.request,
                ],
            )
        _show_secret(administrator, token.secret, expires_at)


def _first_key(home: Home, administrator: str) -> Iterator[Request]:
    """The adoption of the first signing key; a log that is open has its keys already."""
    if read_head(home.service_url).size == 0:
        yield first_adoption(home, home.settings.origin, administrator)


def _all_or_refuse(scribe: Scribe, requests: list[Request]) -> None:
    for verdict in scribe.handle_all(requests):
        if isinstance(verdict, Exception):
            raise verdict


def _show_secret(actor: str, secret: str, expires_at: datetime) -> None:
    """The secret alone on standard output, so that it can be piped; the rest beside it."""
    day = expires_at.date()
    say(
        f"{actor} 的令牌如下，只显示这一次，有效至 {day}。请设为 ZHIHENG_TOKEN：",
        f"the token of {actor}, shown this one time, valid until {day}; put it into ZHIHENG_TOKEN:",
        error=True,
    )
    typer.echo(secret)


def _days(purpose: str, wanted: int) -> int:
    """At most what the ledger allows; the second that passes on the way must not refuse it."""
    return min(wanted, TOKEN_DAYS_MAX[purpose])


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
    """授予角色 · Give a role; `new` as the actor registers somebody first and prints the id."""
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
        requests.append(_admit(session, "role.grant", body))
        _all_or_refuse(session.scribe, requests)
        typer.echo(actor)


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
    return session.home.door.admit(name, body, session.caller.actor)


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
    actor: ActorArgument,
    purpose: Annotated[
        Literal["bearer", "sign-in"], typer.Option(help="程序令牌或登录链接 · token or link")
    ] = "bearer",
    days: Annotated[int, typer.Option(help="有效天数 · days it is valid", min=1)] = 31,
) -> None:
    """签发令牌 · Issue a secret for an actor; printed this one time."""
    with signed_in() as session:
        valid = _days(purpose, days)
        home = session.home
        secret = issue(home, session.scribe, session.caller.actor, actor, purpose, valid)
        shown = secret if purpose == "bearer" else f"/sign-in?token={secret}"
        _show_secret(actor, shown, home.clock() + timedelta(days=valid))


@access.command("list")
def list_actors() -> None:
    """列出操作者及角色 · All actors with their roles and valid tokens, for administrators."""
    with signed_in() as session:
        if not session.caller.roles & _AUDITS_ACCESS:
            raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(_AUDITS_ACCESS))
        now, day = session.home.clock(), session.caller.day
        actors = [row[0] for row in session.connection.execute(_ACTORS)]
        rows = [row for actor in actors for row in _rows(session.connection, actor, now, day)]
        zh = spoken() == "zh"
        titles = (
            ("操作者", "权限", "机构", "起", "止")
            if zh
            else ("actor", "right", "institution", "from", "until")
        )
        typer.echo(table(titles, rows))


def _rows(
    connection: psycopg.Connection[Any], actor: str, now: datetime, day: date
) -> list[tuple[str, str, str, str, str]]:
    state: Actor = state_of(connection, actor)
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
            raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(ADMINISTRATORS))
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
