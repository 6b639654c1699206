"""The witness from the terminal: make its key, and serve."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from api.cli_session import REFUSED, WRONG_USAGE, fail, say, told_plainly
from api.clock import real_clock
from api.serving import FAREWELL_SECONDS, HOST, bound
from api.witness.app import create_witness_app
from api.witness.key_file import KeyFileIsMalformed, make_key_file, read_key_file
from ledger.notes import ED25519, NoteIsMalformed, Signer, VerifierKey
from ledger.witness import StateIsDamaged, StateIsTaken, Witness

PORT = 8010


def witness(
    key_file: Annotated[Path | None, typer.Option(help="密钥文件 · key file")] = None,
    log: Annotated[list[str] | None, typer.Option(help="日志公钥 · a log's vkey")] = None,
    state: Annotated[Path | None, typer.Option(help="状态目录 · folder of what it saw")] = None,
    host: Annotated[str, typer.Option(help="地址 · address")] = HOST,
    port: Annotated[int, typer.Option(help="端口 · port", min=0, max=65_535)] = PORT,
    new_key: Annotated[Path | None, typer.Option(help="新建密钥 · make a key file")] = None,
    name: Annotated[str | None, typer.Option(help="见证人名 · name of a new key")] = None,
) -> None:
    """见证日志 · Cosign checkpoints of logs that continue what was seen; until Ctrl-C.

    What it saw lies in the key file's folder under witness/ unless --state says otherwise.
    """
    with told_plainly():
        if new_key is not None:
            _make(new_key, name)
            return
        if key_file is None or not log:
            fail(
                WRONG_USAGE,
                "请给出 --key-file 与至少一个 --log；新建密钥用 --new-key 文件 --name 名称。",
                "give --key-file and at least one --log; --new-key FILE --name NAME makes a key",
            )
        signer, keys = _signer(key_file), [_log_key(vkey) for vkey in log]
        try:
            with Witness(signer, keys, state or key_file.parent / "witness") as watching:
                _serve(watching, host, port)
        except StateIsTaken as taken:
            fail(
                REFUSED,
                f"状态目录 {taken} 正由另一个见证进程使用。请先停止它，或用 --state 另指目录。",
                f"another witness keeps {taken}; stop it, or name another folder with --state",
            )
        except StateIsDamaged as damaged:
            fail(
                REFUSED,
                f"{damaged.path} 不是本见证人保存的检查点，无法启动。请从备份恢复该文件。",
                f"{damaged}; it does not begin anew, restore that file from a backup",
            )


def _make(file: Path, name: str | None) -> None:
    if name is None:
        fail(WRONG_USAGE, "请用 --name 给出见证人名称。", "name the witness with --name")
    try:
        signer = make_key_file(file, name)
    except FileExistsError:
        fail(WRONG_USAGE, f"{file} 已存在，不予覆盖。", f"{file} is there already and stays")
    except NoteIsMalformed:
        fail(
            WRONG_USAGE,
            "见证人名称不得为空，不得含空格或加号。",
            "the name of a witness holds no blank and no plus",
        )
    typer.echo(str(signer.verifier))


def _signer(file: Path) -> Signer:
    try:
        return read_key_file(file)
    except KeyFileIsMalformed as malformed:
        fail(
            WRONG_USAGE,
            f"{file} 应有两行：名称，以及 64 个十六进制字符。",
            str(malformed),
        )


def _log_key(vkey: str) -> VerifierKey:
    try:
        key = VerifierKey.parse(vkey)
    except NoteIsMalformed as malformed:
        fail(WRONG_USAGE, f"日志公钥不可用：{vkey}", f"not a log's key: {vkey} ({malformed})")
    if key.kind != ED25519:
        fail(WRONG_USAGE, f"这不是日志公钥：{vkey}", f"this key is not a log's: {vkey}")
    return key


def _serve(watching: Witness, host: str, port: int) -> None:
    # The folder holds what no other process may change, so the service is one process.
    try:
        listening = bound(port, host)
    except OSError as error:
        fail(
            WRONG_USAGE,
            f"无法在 {host}:{port} 上监听：{error.strerror}。请用 --port 换端口。",
            f"cannot listen on {host}:{port}: {error.strerror}; choose another --port",
        )
    config = uvicorn.Config(
        create_witness_app(watching, real_clock),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL_SECONDS,
    )
    address = f"http://{host}:{listening.getsockname()[1]}"
    say(
        f"见证人 {watching.signer.name} 服务于 {address}（Ctrl-C 停止）",
        f"witness {watching.signer.name} serves {address} (Ctrl-C stops)",
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        say("已停止。", "stopped")
