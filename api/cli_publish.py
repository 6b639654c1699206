"""Publishing from the terminal: tables for tools that speak SQL, and how they stand."""

from contextlib import suppress
from datetime import date, datetime
from threading import Event
from typing import Annotated

import psycopg
import typer

from api.cli_session import REFUSED, WRONG_USAGE, fail, opened, say, spoken
from api.home import DATABASE, Home
from api.moments import read_day
from api.postgres import BI
from api.publishing import PUBLISHED, Publisher
from api.terminal import table
from api.view_tables import Standing, standings
from ledger.case import SHANGHAI
from ledger.refusals import Refusal, Refused
from projections.moment import LogHoldsNothing

WATCH_SECONDS = 10
_TITLES = {
    "zh": ("视图", "前几条事实", "落后", "业务时点", "发布时间", "行数", "故障"),
    "en": ("view", "first facts", "lag", "as of", "published", "rows", "fault"),
}


def publish(
    names: Annotated[list[str] | None, typer.Argument(help="视图名 · names of views")] = None,
    as_of: Annotated[str | None, typer.Option(help="业务时点 · date, 2022-06-30")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="持续发布 · keep publishing")] = False,
    status: Annotated[bool, typer.Option("--status", help="只看状态 · only tell")] = False,
    address: Annotated[bool, typer.Option("--address", help="只读地址 · for SQL tools")] = False,
) -> None:
    """发布视图 · Publish views as tables of schema "views" for SQL tools; 1 if one failed."""
    known = tuple(view.name for view in PUBLISHED)
    chosen = tuple(names or known)
    for name in chosen:
        if name not in known:
            raise Refusal(Refused.VIEW_IS_UNKNOWN, view=name[:80], known=", ".join(known))
    day = read_day("as_of", as_of)
    if [watch, status, address, day is not None].count(True) > 1:
        fail(WRONG_USAGE, "选项只能用其一。", "these options exclude one another")
    with opened() as home:
        if address:
            typer.echo(_address(home))
            return
        if not status:
            _publish(home, chosen, day, watch=watch)
        _tell(home, chosen)


def _publish(home: Home, chosen: tuple[str, ...], day: date | None, *, watch: bool) -> None:
    views = [view for view in PUBLISHED if view.name in chosen]
    publisher = Publisher(home.reader, home.service_url, home.clock, views)
    if watch:
        seconds = home.settings.publish_seconds or WATCH_SECONDS
        say(f"每 {seconds} 秒发布（Ctrl-C 停止）", f"every {seconds} s; Ctrl-C stops", error=True)
        with suppress(KeyboardInterrupt):
            publisher.keep(seconds, Event())
        return
    try:
        publisher.publish(as_of=day)
    except LogHoldsNothing:
        fail(REFUSED, "日志中还没有事实。", "the log holds nothing yet")


def _address(home: Home) -> str:
    if home.server is None:
        fail(
            WRONG_USAGE,
            f"外部数据库请由管理员执行 GRANT {BI} TO 某登录，再用该登录连接。",
            f"on an external database have an administrator GRANT {BI} TO a login, and use that",
        )
    return home.server.url(BI, DATABASE)


def _tell(home: Home, chosen: tuple[str, ...]) -> None:
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        told = [each for each in standings(connection) if each.name in chosen]
    right = [False, True, True, False, False, True, False]
    typer.echo(table(_TITLES[spoken()], [_row(each) for each in told], right))
    if any(each.fault for each in told):
        raise typer.Exit(REFUSED)


def _row(standing: Standing) -> list[str]:
    cells = (
        standing.name,
        standing.position,
        standing.lag,
        standing.as_of,
        standing.published_at,
        standing.rows,
        standing.fault,
    )
    return [_cell(each) for each in cells]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)
