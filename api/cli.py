"""The command line: `zhiheng` and everything it can be told to do."""

import os
import signal
import sys
from types import FrameType
from typing import Annotated, NoReturn

import typer

from api.cli_access import access
from api.cli_audit import audit, verify
from api.cli_audit_work import evidence, finding, sample
from api.cli_backup import backup, restore
from api.cli_bundle import bundle
from api.cli_completeness import completeness
from api.cli_comply import comply
from api.cli_differences import diff
from api.cli_doctor import doctor
from api.cli_figures import explain, show_figures
from api.cli_papers import paper
from api.cli_publish import publish
from api.cli_readings import show_history, view
from api.cli_records import import_files, record
from api.cli_replay import replay
from api.cli_seal import seal
from api.cli_session import UNREACHABLE, WRONG_USAGE, fail, opened, say, told_plainly
from api.cli_witness import witness
from api.logs import write_logs
from api.server_watch import kept_running
from api.serving import HOST, bound, http_server
from api.telemetry import collecting

app = typer.Typer(
    name="zhiheng",
    help="知衡：高校知识产权的事实账本 · A ledger of facts for universities' IP",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="地址 · address")] = HOST,
    port: Annotated[int, typer.Option(help="端口 · port", min=0, max=65_535)] = 8000,
) -> None:
    """启动服务 · Serve over HTTP until Ctrl-C; database and service stop in order."""
    # uvicorn closes everything on a signal and then raises it again; SIGTERM would then end
    # the process before the database is stopped, so it is turned into an interrupt.
    signal.signal(signal.SIGTERM, _interrupt)
    with opened(may_be_new=True) as home, collecting(os.environ):
        write_logs(sys.stderr, home.settings.log)
        try:
            listening = bound(port, host)
        except OSError as error:
            fail(
                WRONG_USAGE,
                f"无法在 {host}:{port} 上监听：{error.strerror}。请用 --port 换一个端口。",
                f"cannot listen on {host}:{port}: {error.strerror}; choose another --port",
            )
        scheme = "https" if home.settings.tls_key else "http"
        address = f"{scheme}://{host}:{listening.getsockname()[1]}"
        say(f"知衡服务于 {address}（Ctrl-C 停止）", f"zhiheng serves {address} (Ctrl-C stops)")
        server = http_server(home)
        try:
            with kept_running(home.server, server.lose):
                server.run(sockets=[listening])
        except KeyboardInterrupt:
            say("已停止。", "stopped")
        if server.is_lost:
            fail(
                UNREACHABLE,
                f"数据库已停，且无法重新启动。原因见 {home.settings.home / 'postgres.log'}。",
                f"the database died and cannot be started; {home.settings.home / 'postgres.log'} "
                "says why",
            )
        if not server.started:
            fail(UNREACHABLE, "服务没有启动。", "the service did not start")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


app.command("record")(record)
app.command("import")(import_files)
app.command("view")(view)
app.command("diff")(diff)
app.command("history")(show_history)
app.command("figures")(show_figures)
app.command("explain")(explain)
app.command("comply")(comply)
app.command("completeness")(completeness)
app.command("publish")(publish)
app.command("replay")(replay)
app.command("seal")(seal)
app.command("verify")(verify)
app.command("bundle")(bundle)
app.command("audit")(audit)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("doctor")(doctor)
app.command("witness")(witness)
app.add_typer(access, name="access")
app.add_typer(sample, name="sample")
app.add_typer(finding, name="finding")
app.add_typer(evidence, name="evidence")
app.add_typer(paper, name="paper")


def main() -> NoReturn:
    """The console script; ends the process with one of the exit codes."""
    try:
        with told_plainly():
            app()
    except typer.Exit as ended:
        raise SystemExit(ended.exit_code) from None
    raise SystemExit(0)
