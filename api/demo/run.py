"""`make run`: opens the demonstration's home, serves it at once, and plays its story behind.

    python -m api.demo.run --port 8000

Exit codes: 0 stopped, 1 the story or the port failed, 2 the home is not a demonstration's.
"""

import argparse
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
import uvicorn

from api.clock import SimulatedClock
from api.demo.homes import RefusedHome, demo_settings, edition_of, keep_edition, taken
from api.demo.player import Player, new_secrets
from api.demo.story import EDITION, OPENING, STORY
from api.demo.story.fund_open import DEMO_STATEMENT
from api.demo.story.people import ADMINISTRATOR, RENEWALS, SECURITY, TOKEN_HOLDERS, actor, person
from api.demo.tokens_file import read_tokens, write_tokens
from api.home import Home, open_home, read_head
from api.postgres import ServerDidNotStart
from api.server_watch import kept_running
from api.serving import HOST, bound, http_server
from api.settings import WrongSetting
from api.signing import first_adoption
from api.tokens import given_by_two, own_token
from ledger.migrations import SchemaMismatch
from ledger.writers import Scribe

DONE, FAILED, REFUSED = 0, 1, 2

_LINKS = {
    "auditor": ("审计机关", "state auditor"),
    "finance": ("财务经办(示范大学甲)", "finance clerk of Example University A"),
    "centre": ("中心专员(示范大学甲)", "centre staff of Example University A"),
    "internal-auditor": ("内部审计(示范大学甲)", "internal auditor of Example University A"),
    "inventor": ("发明人(示范大学甲)", "inventor of Example University A"),
    "bureau": ("知识产权局审批", "approver of the bureau"),
    "finance-approver": ("财务审批(示范大学甲)", "finance approver of Example University A"),
    "bureau-payer": ("知识产权局拨付", "payer of the bureau"),
    "administrator": ("系统管理员", "administrator"),
    "security-administrator": ("安全管理员", "security administrator"),
}
_LINK_DAYS = 7
_OLDER = (
    "此目录是旧版演示，照原样打开；删除该目录后重新启动即得新版。\n"
    "This home holds an older demonstration, opened as it is; remove it and start again for the "
    "new one."
)


@dataclass(slots=True)
class Stage:
    """What the story's thread and the server know of each other."""

    complete: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    failed: bool = False
    is_older: bool = False
    played: int = 0

    def progress(self) -> dict[str, int]:
        """How far the story got."""
        return {"played": self.played, "steps": len(STORY)}

    def told(self, played: int) -> None:
        """Note how many steps were played; a terminal sees it on one line of its own."""
        self.played = played
        if sys.stderr.isatty():
            end = "\n" if played == len(STORY) else ""
            line = f"\r载入演示 · loading: {played}/{len(STORY)}"
            print(line, end=end, file=sys.stderr, flush=True)


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the demonstration until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m api.demo.run")
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args(None if arguments is None else list(arguments)).port
    try:
        listening = bound(port)
    except OSError as failure:
        print(f"{HOST}:{port}: {failure.strerror}", file=sys.stderr)
        return FAILED
    signal.signal(signal.SIGTERM, _leave)
    try:
        settings = demo_settings(os.environ)
        with listening, taken(settings.home), open_home(settings) as home:
            return _demonstrate(replace(home, clock=_simulated(home)), listening)
    except (RefusedHome, WrongSetting) as refused:
        print(refused.zh, refused.en, sep="\n", file=sys.stderr)
        return REFUSED
    except (ServerDidNotStart, SchemaMismatch) as failure:
        print(failure, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return DONE


def _leave(number: int, frame: FrameType | None) -> None:
    """SIGTERM stops the demonstration as Ctrl-C does, the database included."""
    raise KeyboardInterrupt


def _simulated(home: Home) -> SimulatedClock:
    """The home's clock; an empty log gets one that stands where the story begins."""
    return home.clock if isinstance(home.clock, SimulatedClock) else SimulatedClock(OPENING[0].at)


def _demonstrate(home: Home, listening: socket.socket) -> int:
    stage, address = Stage(), f"http://{HOST}:{listening.getsockname()[1]}"
    with (
        Scribe(home.service_url, home.clock) as scribe,
        psycopg.connect(home.service_url, autocommit=True) as connection,
    ):
        _open_log(home, scribe)
        player = _prepared(home, scribe, connection)
        if edition_of(home.settings.home) == EDITION:
            player.play(OPENING, stage.stop, _say_nothing)
        else:
            stage.is_older = True
            print(_OLDER, flush=True)
        player.revive_tokens()
        server = http_server(home, ready=stage.complete.is_set, progress=stage.progress)
        show = threading.Thread(
            target=_show, args=(home, player, scribe, stage, server, address), name="story"
        )
        print(f"知衡演示 · zhiheng demonstration: {address}", flush=True)
        show.start()
        try:
            with kept_running(home.server, server.lose):
                server.run(sockets=[listening])
        finally:
            stage.stop.set()
            show.join()
    return FAILED if stage.failed or server.is_lost else DONE


def _say_nothing(played: int) -> None:
    """The opening is over before anybody looks."""


def _open_log(home: Home, scribe: Scribe) -> None:
    """Write position 0, on an empty log only."""
    if read_head(home.service_url).size:
        return
    keep_edition(home.settings.home, EDITION)
    body = {
        "origin": home.settings.origin,
        "clock": "simulated",
        "administrator": actor(ADMINISTRATOR),
        "person": person(ADMINISTRATOR),
        "security_administrator": actor(SECURITY),
        "security_person": person(SECURITY),
        "evidence": [{"kind": "synthetic"}],
    }
    scribe.handle(home.door.admit("log.open", body, actor(ADMINISTRATOR)))
    scribe.handle(first_adoption(home, home.settings.origin, actor(ADMINISTRATOR)))


def _prepared(home: Home, scribe: Scribe, connection: psycopg.Connection[Any]) -> Player:
    """The player, with `tokens.json` and the bank file for the hand in their places."""
    folder = home.settings.home
    kept = read_tokens(folder)
    tokens = new_secrets() | kept
    if tokens != kept:
        write_tokens(folder, tokens)
    _write_statement(folder)
    if not isinstance(home.clock, SimulatedClock):
        raise TypeError("a demonstration has a simulated clock")
    return Player(home, home.clock, scribe, connection, tokens)


def _write_statement(folder: Path) -> None:
    file = folder / "demo-statement.csv"
    if not file.exists():
        file.write_bytes(DEMO_STATEMENT)


def _show(
    home: Home, player: Player, scribe: Scribe, stage: Stage, server: uvicorn.Server, address: str
) -> None:
    """Play what is not played yet, then tell the ways in; a fault ends the demonstration."""
    try:
        is_over = stage.is_older or player.was_played(RENEWALS[-1].at)
        if not is_over and not player.play(STORY, stage.stop, stage.told):
            return
        _print_links(home, player, scribe, address)
        stage.complete.set()
    except Exception:
        stage.failed = True
        traceback.print_exc()
        server.should_exit = True


def _print_links(home: Home, player: Player, scribe: Scribe, address: str) -> None:
    """Print one sign-in link each, good for one use within a week."""
    expires_at = home.clock() + timedelta(days=_LINK_DAYS)
    two = (actor(ADMINISTRATOR), actor(SECURITY))
    lines = []
    for entry, (zh, en) in _LINKS.items():
        holder = actor(TOKEN_HOLDERS[entry])
        if not player.knows(holder):
            continue
        made = (
            own_token(home.door, holder, "sign-in", expires_at)
            if holder in two
            else given_by_two(home, scribe, two, holder, "sign-in", expires_at)
        )
        scribe.handle(made.request)
        lines.append(f"  {zh} · {en}\n    {address}/sign-in?token={made.secret}")
    print("登录链接(一次有效) · sign-in links (each works once):", *lines, sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
