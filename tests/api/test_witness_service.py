"""The witness over HTTP, as any log that speaks C2SP tlog-witness meets it, and its command."""

import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from markupsafe import escape

from api.cli import main
from api.witness.app import STATUSES
from api.witness.key_file import KeyFileIsMalformed, make_key_file, read_key_file
from ledger.notes import Note, Signer, VerifierKey, parse_note, signed_by
from ledger.witness import BODY_BYTES_MAX, Rejected, origin_digest
from tests.api.witness_house import running_witness
from tests.ledger.small_log import LOG, ORIGIN, SmallLog, cosigner

NOW = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
KEY = cosigner("bureau.example/witness")


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx.Client]:
    with (
        running_witness(KEY, LOG.verifier, folder=tmp_path, clock=lambda: NOW) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def test_a_checkpoint_that_continues_gets_a_signature_line_with_the_real_time(
    http: httpx.Client,
) -> None:
    log = SmallLog(9)
    answer = http.post("/add-checkpoint", content=log.sent(0, 9))
    assert answer.status_code == 200
    note = parse_note(f"{log.text(9)}\n".encode() + answer.content)
    made = signed_by(note, [KEY.verifier])[KEY.verifier]
    assert int.from_bytes(made.blob[:8], "big") == int(NOW.timestamp())


def test_each_fault_has_the_status_of_the_protocol(http: httpx.Client) -> None:
    log, stranger = SmallLog(9), SmallLog(9, signer=Signer.of_seed(ORIGIN, bytes(32)))
    unknown = SmallLog(9, signer=Signer.of_seed("other.example/log", bytes(32)))
    http.post("/add-checkpoint", content=log.sent(0, 5))
    for status, body in (
        (400, b"old 1\n"),
        (403, stranger.sent(5, 9)),
        (404, unknown.sent(0, 9)),
        (409, log.sent(0, 9)),
        (422, SmallLog(9, strange=6).sent(5, 9)),
        (200, log.sent(5, 9)),
    ):
        assert http.post("/add-checkpoint", content=body).status_code == status
    assert set(STATUSES) == set(Rejected)


def test_a_conflict_tells_the_size_held_in_the_type_of_the_protocol(http: httpx.Client) -> None:
    log = SmallLog(9)
    http.post("/add-checkpoint", content=log.sent(0, 5))
    answer = http.post("/add-checkpoint", content=log.sent(0, 9))
    assert answer.headers["content-type"] == "text/x.tlog.size"
    assert answer.content == b"5\n"


def test_a_body_above_64_kib_is_too_large(http: httpx.Client) -> None:
    sent = SmallLog(3).sent(0, 3)
    assert http.post("/add-checkpoint", content=sent.ljust(BODY_BYTES_MAX)).status_code == 400
    assert http.post("/add-checkpoint", content=sent.ljust(BODY_BYTES_MAX + 1)).status_code == 413


def test_monitors_fetch_the_checkpoint_held_with_both_signatures(http: httpx.Client) -> None:
    address = f"/{origin_digest(ORIGIN)}/checkpoint"
    assert http.get(address).status_code == 404
    log = SmallLog(9)
    http.post("/add-checkpoint", content=log.sent(0, 9))
    note = parse_note(http.get(address).content)
    assert note.text == log.text(9)
    assert set(signed_by(note, [LOG.verifier, KEY.verifier])) == {LOG.verifier, KEY.verifier}
    assert http.get("/nobody/checkpoint").status_code == 404


def test_people_see_logs_sizes_and_times_in_their_language(tmp_path: Path) -> None:
    odd = Signer.of_seed("<b>log</b>", bytes(32)).verifier
    with (
        running_witness(KEY, LOG.verifier, odd, folder=tmp_path, clock=lambda: NOW) as address,
        httpx.Client(base_url=address, trust_env=False) as http,
    ):
        http.post("/add-checkpoint", content=SmallLog(1_200).sent(0, 1_200))
        page = http.get("/", headers={"accept": "text/html"}).text
        for told in ("日志见证人", "1,200", "2026-07-01 16:30:00", "尚未见过", str(KEY.verifier)):
            assert escape(told) in page
        assert "<b>log</b>" not in page
        assert "Log witness" in http.get("/?lang=en").text
        assert http.get("/healthz").text == "ok\n"


def test_a_key_file_is_for_its_owner_alone_and_reads_back(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "witness.key"
    made = make_key_file(file, "bureau.example/witness")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_key_file(file).verifier == made.verifier
    with pytest.raises(FileExistsError):
        make_key_file(file, "bureau.example/witness")


@pytest.mark.parametrize("text", ["", "name\n", "name\n00\n", "a name\n" + "0" * 64, "a\nb\nc\n"])
def test_a_key_file_without_name_and_seed_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "witness.key"
    file.write_text(text)
    with pytest.raises(KeyFileIsMalformed):
        read_key_file(file)


def zhiheng(*arguments: object) -> "subprocess.Popen[str]":
    code = "from api.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "witness", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_the_command_makes_a_key_serves_with_it_and_refuses_a_second_process(
    tmp_path: Path,
) -> None:
    file = tmp_path / "witness.key"
    code, out, _ = said(zhiheng("--new-key", file, "--name", "school.example/witness"))
    key = VerifierKey.parse(out)
    assert (code, key.name) == (0, "school.example/witness")
    serving = zhiheng("--key-file", file, "--log", LOG.verifier, "--port", 0)
    try:
        assert serving.stdout is not None
        address = next(word for word in serving.stdout.readline().split() if "http" in word)
        log = SmallLog(9)
        answer = _post(address.partition("（")[0], log.sent(0, 9))
        assert signed_by(Note(log.text(9), parse_note(answer).signatures), [key])
        code, _, err = said(zhiheng("--key-file", file, "--log", LOG.verifier, "--port", 0))
        assert code == 1
        assert "正由另一个见证进程使用" in err
    finally:
        serving.terminate()
        serving.communicate(timeout=30)


def _post(address: str, body: bytes) -> bytes:
    text = body.partition(b"\n\n")[2].partition(b"\n\n")[0] + b"\n\n"
    for _ in range(100):
        try:
            return text + httpx.post(f"{address}/add-checkpoint", content=body).content
        except httpx.ConnectError:
            time.sleep(0.05)
    raise TimeoutError(address)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--key-file"),
        (["--new-key", "w.key"], "--name"),
        (["--new-key", "w.key", "--name", "two words"], "空格"),
        (["--key-file", "nowhere.key", "--log", LOG.verifier], "nowhere.key"),
    ],
)
def test_wrong_usage_is_told_plainly(
    arguments: list[object],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["zhiheng", "witness", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
