"""The command line: `zhiheng` and everything it can be told to do."""

import signal
import socket
from types import FrameType
from typing import Annotated, NoReturn

import typer
import uvicorn

from api.app import create_app
from api.cli_access import access
from api.cli_doctor import doctor
from api.cli_readings import show_history, view
from api.cli_records import import_files, record
from api.cli_session import UNREACHABLE, WRONG_USAGE, fail, opened, say, told_plainly
from ledger.writers import Writer

_BACKLOG = 2048
_FAREWELL_SECONDS = 10
"""How long requests under way may take once the service was asked to stop."""

app = typer.Typer(
    name="zhiheng",
    help="知衡：高校知识产权的事实账本 · A ledger of facts for universities' IP",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="地址 · address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口 · port", min=0, max=65_535)] = 8000,
) -> None:
    """启动服务 · Serve over HTTP until Ctrl-C; database and service stop in order."""
    with opened(may_be_new=True) as home:
        listening = _listen(host, port)
        address = f"http://{host}:{listening.getsockname()[1]}"
        say(f"知衡服务于 {address}（Ctrl-C 停止）", f"zhiheng serves {address} (Ctrl-C stops)")
        config = uvicorn.Config(
            create_app(home, Writer(home.service_url, home.clock)),
            log_level="warning",
            timeout_graceful_shutdown=_FAREWELL_SECONDS,
            server_header=False,
        )
        server = uvicorn.Server(config)
        # uvicorn closes everything on a signal and then raises it again; SIGTERM would then end
        # the process before the database is stopped, so it is turned into an interrupt.
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            say("已停止。", "stopped", error=True)
        if not server.started:
            fail(UNREACHABLE, "服务没有启动。", "the service did not start")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        fail(
            WRONG_USAGE,
            f"无法在 {host}:{port} 上监听：{error.strerror}。请用 --port 换一个端口。",
            f"cannot listen on {host}:{port}: {error.strerror}; choose another --port",
        )
    return listening


app.command("record")(record)
app.command("import")(import_files)
app.command("view")(view)
app.command("history")(show_history)
app.command("doctor")(doctor)
app.add_typer(access, name="access")


def main() -> NoReturn:
    """The console script; ends the process with one of the exit codes."""
    try:
        with told_plainly():
            app()
    except typer.Exit as ended:
        raise SystemExit(ended.exit_code) from None
    raise SystemExit(0)
