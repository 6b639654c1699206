"""Sealing from the terminal: to the head once, as a process of its own, and its keys."""

import signal
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Annotated

import psycopg
import typer

from api.cli_session import (
    WRONG_USAGE,
    Progress,
    Session,
    fail,
    opened,
    say,
    signed_in,
    spoken,
)
from api.days import Days
from api.home import Home
from api.sealing import Order, host_id, seal_once
from api.sealing_process import Following
from api.signing import first_adoption, rotation, take_over
from ledger.refusals import Refusal, Refused
from ledger.signing_keys import log_state
from ledger.writers import Scribe


def seal(
    follow: Annotated[bool, typer.Option("--follow", help="持续封存 · keep sealing")] = False,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="首次启用密钥 · adopt the first key")
    ] = False,
    rotate: Annotated[
        Path | None, typer.Option(help="换用此密钥文件 · a file with the key to follow")
    ] = None,
    over: Annotated[
        bool, typer.Option("--take-over", help="改由本机签名 · this host signs from now on")
    ] = False,
) -> None:
    """封存 · Seal the log up to its head; 1 if what was signed does not allow it."""
    if [follow, new_key, rotate is not None, over].count(True) > 1:
        fail(WRONG_USAGE, "选项只能用其一。", "these options exclude one another")
    if new_key or rotate is not None:
        with signed_in() as session:
            _adopt(session, rotate)
        return
    if follow:
        # Whoever stops a program in the background asks it so; the server has to be stopped too.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    with opened() as home:
        if over:
            take_over(home)
        if follow:
            _follow(home)
        else:
            _seal(home)


def _adopt(session: Session, rotate: Path | None) -> None:
    """Have a key adopted; what is signed with it is up to whoever seals next."""
    home, by = session.home, session.caller.by
    log = log_state(session.connection)
    if rotate is not None:
        request = rotation(home, log.origin, rotate, by)
    elif log.key is not None:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=log.key)
    else:
        request = first_adoption(home, log.origin, by)
    session.scribe.handle(request)
    say("已启用签名密钥，公钥为：", "the key is adopted; its public half is:", error=True)
    typer.echo(log_state(session.connection).key)


def _seal(home: Home) -> None:
    with Progress(1, "封存" if spoken() == "zh" else "sealing") as progress:
        size = seal_once(home, progress.reach)
    with (
        psycopg.connect(home.service_url, autocommit=True) as connection,
        Scribe(home.service_url, home.clock) as scribe,
    ):
        if Days(connection, scribe).close(home.clock()):
            size = seal_once(home)
    say(f"已封存到前 {size} 条事实。", f"sealed up to the first {size} facts")


def _follow(home: Home) -> None:
    order = Order(settings=home.settings, url=home.service_url, host=host_id(home.settings))
    say("持续封存（Ctrl-C 停止）", "sealing; Ctrl-C stops", error=True)
    with suppress(KeyboardInterrupt):
        Following(order, home.clock, Event()).run()
