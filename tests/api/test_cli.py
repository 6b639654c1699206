"""The command line: exit codes, who acts, and what each command writes and prints."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import psycopg
import pytest

from api.cli import main
from api.postgres import SUPERUSER, EmbeddedServer, Logins
from api.terminal import table, width_of
from tests.api.office import ACCOUNT_NUMBER, FIRST, SECOND, bank_file

LINES = [
    ("2022-06-30", 5_000_000, "沪江示例科技有限公司", "专利许可费"),
    ("2022-06-30", -200_000, "示例代理有限公司", "年费"),
]
ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    """How a run of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def results(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Zhiheng = Callable[..., Said]


@pytest.fixture
def zhiheng(
    urls: Logins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Any
) -> Zhiheng:
    """Runs the command line in this process on a database of its own."""
    monkeypatch.setenv("ZHIHENG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ZHIHENG_DATABASE_URL", urls.service)
    monkeypatch.setenv("ZHIHENG_OWNER_DATABASE_URL", urls.owner)
    for name in ("ZHIHENG_TOKEN", "ZHIHENG_LOCALE", "ZHIHENG_ORIGIN", "ZHIHENG_VAULT_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object, token: str | None = None, stdin: bytes | None = None) -> Said:
        monkeypatch.setattr(sys, "argv", ["zhiheng", *map(str, arguments)])
        if token is not None:
            monkeypatch.setenv("ZHIHENG_TOKEN", token)
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsysbinary.readouterr()
        code = ended.value.code if isinstance(ended.value.code, int) else 0
        return Said(code, said.out.decode(), said.err.decode())

    return run


BOOTSTRAP = ("access", "bootstrap", "--name", "王管理", "--security-name", "周安全")


class People(NamedTuple):
    """Tokens of an opened ledger with one university and its account."""

    administrator: str
    security: str
    clerk: str
    account: str
    clerk_id: str


def hired(zhiheng: Zhiheng, two: tuple[str, str], role: str, name: str) -> tuple[str, str]:
    """Somebody new in a role at the first university: the actor, and a secret of two halves."""
    asked = ("access", "grant", "new", role, "--institution", FIRST, "--name", name)
    actor, proposal = zhiheng(*asked, token=two[0]).out.split()
    assert zhiheng("access", "confirm", proposal).code == 1
    assert zhiheng("access", "confirm", proposal, token=two[1]).code == 0
    proposal, first = zhiheng("access", "token", actor, token=two[0]).out.split()
    second = zhiheng("access", "confirm", proposal, token=two[1]).out.strip()
    return actor, f"{first}.{second}"


@pytest.fixture
def people(zhiheng: Zhiheng) -> People:
    administrator, security = zhiheng(*BOOTSTRAP).out.split()
    code = {"code": FIRST, "kind": "university", "name_zh": "示例大学", "name_en": "Example"}
    line = json.dumps({"command": "institution.register", **code}).encode()
    assert zhiheng("record", "-", token=administrator, stdin=line).code == 0
    two = (administrator, security)
    clerk_id, clerk = hired(zhiheng, two, "finance-clerk", "李财务")
    account = {"bank": "示例银行", "holder": "institution", "number": ACCOUNT_NUMBER}
    line = json.dumps({"command": "account.register", **account}).encode()
    said = zhiheng("record", "-", token=clerk, stdin=line)
    subject = said.results[0]["facts"][0]["subjects"][0]["subject"]
    return People(administrator, security, clerk, subject, clerk_id)


def kept(tmp_path: Path, data: bytes, name: str = "statement.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(data)
    return file


def facts(urls: Logins) -> list[str]:
    with psycopg.connect(urls.service) as connection:
        rows = connection.execute("SELECT topic FROM ledger.facts ORDER BY position").fetchall()
    return [row[0] for row in rows]


def test_bootstrap_opens_an_empty_log_once_and_its_token_works(
    zhiheng: Zhiheng, urls: Logins
) -> None:
    said = zhiheng(*BOOTSTRAP)
    assert said.code == 0
    assert facts(urls) == [
        "log-opened.v2",
        "actor-registered.v1",
        "role-granted.v1",
        "person-registered.v1",
        "person-registered.v1",
        "signing-key-adopted.v1",
        "token-issued.v1",
        "token-issued.v1",
    ]
    again = zhiheng(*BOOTSTRAP)
    assert again.code == 1
    assert "log_is_already_open" in again.err
    assert len(facts(urls)) == 8
    for token in said.out.split():
        listed = zhiheng("access", "list", token=token)
        assert listed.code == 0
        assert "security-administrator" in listed.out


def test_one_person_opens_no_log(zhiheng: Zhiheng, urls: Logins) -> None:
    alone = ("access", "bootstrap", "--name", "王管理")
    assert zhiheng(*alone).code == 2
    assert zhiheng(*alone, "--security-name", "王管理").code == 2
    assert facts(urls) == []


def test_two_persons_are_named_anew_at_the_server_when_every_token_is_dead(
    zhiheng: Zhiheng, people: People, urls: Logins
) -> None:
    with psycopg.connect(urls.service, autocommit=True) as connection:
        connection.execute("DELETE FROM vault.tokens")
    assert zhiheng("access", "list", token=people.administrator).code == 1
    said = zhiheng("access", "recover", "--name", "赵一", "--security-name", "钱二")
    assert said.code == 0, said.err
    first, second = said.out.split()
    proposal, half = zhiheng("access", "token", people.clerk_id, token=first).out.split()
    whole = zhiheng("access", "confirm", proposal, token=second).out.strip()
    assert zhiheng("view", "receipts", token=f"{half}.{whole}").code == 0
    assert zhiheng("access", "confirm", token=second).code == 0


def test_nobody_acts_without_a_token_or_with_a_wrong_one(zhiheng: Zhiheng, people: People) -> None:
    assert zhiheng("access", "list", token="x" * 43).code == 1
    os.environ.pop("ZHIHENG_TOKEN")
    said = zhiheng("access", "list")
    assert said.code == 2
    assert "ZHIHENG_TOKEN" in said.err


def test_a_revoked_token_opens_nothing_any_more(zhiheng: Zhiheng, people: People) -> None:
    listed = zhiheng("access", "list", token=people.administrator).out
    (row,) = [line for line in listed.splitlines() if people.clerk_id in line and "bearer" in line]
    token = row.split("bearer ")[1].split()[0]
    assert zhiheng("access", "revoke", people.clerk_id, "--token", token).code == 0
    said = zhiheng("history", people.account, token=people.clerk)
    assert said.code == 1
    assert "token_is_not_valid" in said.err


def test_a_revoked_role_decides_nothing_any_more(
    zhiheng: Zhiheng, people: People, tmp_path: Path
) -> None:
    revoked = zhiheng(
        "access",
        "revoke",
        people.clerk_id,
        "finance-clerk",
        "--institution",
        FIRST,
        token=people.administrator,
    )
    assert revoked.code == 0
    said = zhiheng("import", kept(tmp_path, bank_file(LINES)), token=people.clerk)
    assert said.code == 1
    assert "role_is_missing" in said.err


def test_record_gives_one_result_a_line_and_one_refusal_stops_no_other(
    zhiheng: Zhiheng, people: People, urls: Logins
) -> None:
    account = {
        "command": "account.register",
        "key": "a1",
        "bank": "乙银行",
        "holder": "institution",
        "number": "6222000000000000999",
    }
    lines = [account, {"command": "no.such"}, {**account, "colour": "red"}, account]
    stdin = "\n".join(json.dumps(line) for line in lines).encode() + b"\n\n{broken\n"
    before = len(facts(urls))
    said = zhiheng("record", "-", token=people.clerk, stdin=stdin)
    assert said.code == 1
    assert [result["line"] for result in said.results] == [1, 2, 3, 4, 6]
    codes = [result.get("code") for result in said.results]
    assert codes == [
        None,
        "command_is_unknown",
        "command_is_malformed",
        None,
        "command_is_malformed",
    ]
    assert said.results[3]["replayed"]
    assert len(facts(urls)) == before + 1


def test_commands_with_a_door_of_their_own_are_not_recorded_from_a_line(
    zhiheng: Zhiheng, people: People
) -> None:
    line = json.dumps({"command": "statement.import"}).encode()
    said = zhiheng("record", "-", token=people.clerk, stdin=line)
    assert said.code == 1
    assert said.results[0]["code"] == "command_has_its_own_door"
    assert "zhiheng import" in said.results[0]["detail"]


def test_a_file_is_previewed_imported_and_known_again(
    zhiheng: Zhiheng, people: People, urls: Logins, tmp_path: Path
) -> None:
    file = kept(tmp_path, bank_file(LINES))
    before = len(facts(urls))
    shown = zhiheng("import", file, "--dry-run", token=people.clerk)
    assert shown.code == 0
    assert "沪江示例科技有限公司" in shown.out
    assert len(facts(urls)) == before
    taken = zhiheng("import", file)
    assert taken.code == 0
    assert "接收 2 行" in taken.out
    assert facts(urls)[-1] == "statement-imported.v1"
    again = zhiheng("import", file)
    assert again.code == 0
    assert "重复 2 行" in again.out
    assert len(facts(urls)) == before + 1


def test_one_rejected_line_ends_with_1_unless_the_good_ones_are_accepted(
    zhiheng: Zhiheng, people: People, urls: Logins, tmp_path: Path
) -> None:
    file = kept(tmp_path, bank_file(LINES) + "\n2022-07-02,,1.005,,,甲,专利".encode())
    before = len(facts(urls))
    said = zhiheng("import", file, token=people.clerk)
    assert said.code == 1
    assert "第5行" in said.err
    assert len(facts(urls)) == before
    assert zhiheng("import", file, "--accept-good").code == 0
    assert len(facts(urls)) == before + 1


def test_a_claim_names_the_line_only_and_the_receipts_view_shows_it(
    zhiheng: Zhiheng, people: People, urls: Logins, tmp_path: Path
) -> None:
    zhiheng("import", kept(tmp_path, bank_file(LINES)), token=people.clerk)
    with psycopg.connect(urls.service) as connection:
        row = connection.execute("SELECT receipt FROM vault.bank_lines WHERE line = 3").fetchone()
    assert row is not None
    line = json.dumps({"command": "receipt.claim", "receipt": row[0]}).encode()
    claimed = zhiheng("record", "-", stdin=line)
    assert claimed.code == 0, claimed.out
    shown = zhiheng("view", "receipts", "--format", "json")
    assert shown.code == 0, shown.err
    (receipt,) = json.loads(shown.out)["rows"]
    assert receipt["receipt"] == row[0]
    assert 5_000_000 in receipt.values()
    told = zhiheng("history", row[0])
    assert told.code == 0
    assert "receipt-claimed.v1" in told.out
    assert "沪江" not in told.out


@pytest.mark.parametrize("form", ["table", "csv", "xlsx", "parquet", "json"])
def test_a_view_is_written_in_every_form(
    zhiheng: Zhiheng, people: People, tmp_path: Path, form: str
) -> None:
    out = tmp_path / f"receipts.{form}"
    said = zhiheng("view", "receipts", "--format", form, "--out", out, token=people.clerk)
    assert said.code == 0, said.err
    data = out.read_bytes()
    starts = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "parquet": b"PAR1", "json": b"{"}
    assert data.startswith(starts.get(form, b""))
    if form == "parquet":
        assert pl.read_parquet(out).height == 0
    if form == "table":
        assert "认知时点" in data.decode()


def test_an_unknown_view_or_filter_is_refused_and_never_an_empty_answer(
    zhiheng: Zhiheng, people: People
) -> None:
    assert zhiheng("view", "no-such", token=people.clerk).code == 1
    said = zhiheng("view", "receipts", "--where", "colour=red")
    assert said.code == 1
    assert "colour" in said.err
    assert zhiheng("view", "receipts", "--known-at", "99999").code == 1
    assert zhiheng("view", "receipts", "--where", "red").code == 2


def test_wrong_usage_ends_with_2(zhiheng: Zhiheng) -> None:
    assert zhiheng("no-such-command").code == 2
    assert zhiheng("access", "grant", "x", "no-such-role").code == 2
    assert zhiheng("import").code == 2


def test_messages_come_in_english_on_request(
    zhiheng: Zhiheng, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIHENG_LOCALE", "en")
    said = zhiheng("history", "license:none", token=people.clerk)
    assert said.code == 1
    assert said.err.isascii()


def test_a_ledger_that_does_not_answer_ends_with_3_and_without_a_stack_trace(
    zhiheng: Zhiheng, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIHENG_DATABASE_URL", f"postgresql:///x?host={tmp_path}")
    said = zhiheng("access", "list")
    assert said.code == 3
    assert "Traceback" not in said.err


def test_a_folder_without_a_ledger_does_not_become_one(
    zhiheng: Zhiheng, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZHIHENG_DATABASE_URL")
    monkeypatch.delenv("ZHIHENG_OWNER_DATABASE_URL")
    said = zhiheng("access", "list")
    assert said.code == 3
    assert not (tmp_path / "home" / "postgres").exists()


def test_the_doctor_finds_nothing_on_a_ledger_as_it_should_be(
    zhiheng: Zhiheng, people: People
) -> None:
    said = zhiheng("doctor")
    assert said.code == 0, said.out
    assert "fsync = on" in said.out
    assert "✗" not in said.out


def test_the_doctor_finds_rights_the_service_must_not_have(
    zhiheng: Zhiheng, people: People, urls: Logins
) -> None:
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("GRANT UPDATE ON ledger.facts TO zhiheng_service")
    said = zhiheng("doctor")
    assert said.code == 1
    assert "✗" in said.out
    assert "UPDATE" in said.out


def test_the_doctor_finds_a_trigger_switched_off(
    zhiheng: Zhiheng, people: People, server: EmbeddedServer, database: str
) -> None:
    with psycopg.connect(server.url(SUPERUSER, database), autocommit=True) as connection:
        connection.execute("ALTER TABLE ledger.facts DISABLE TRIGGER append_only")
    assert zhiheng("doctor").code == 1


def test_the_doctor_finds_a_key_file_that_others_may_read(
    zhiheng: Zhiheng, people: People, tmp_path: Path
) -> None:
    (tmp_path / "home" / "keys" / "vault.key").chmod(0o644)
    said = zhiheng("doctor")
    assert said.code == 1
    assert "644" in said.out


def test_views_are_published_for_tools_that_speak_sql(
    zhiheng: Zhiheng, people: People, urls: Logins
) -> None:
    assert zhiheng("publish", "no-such").code == 1
    assert zhiheng("publish", "history").code == 1
    assert zhiheng("publish", "--watch", "--status").code == 2
    assert zhiheng("publish", "--address").code == 2
    assert zhiheng("publish", "receipts", "--as-of", "soon").code == 1
    said = zhiheng("publish")
    assert said.code == 0, said.err
    assert "institutions" in said.out
    with psycopg.connect(urls.service, autocommit=True) as connection:
        (row,) = connection.execute("SELECT name_zh FROM views.institutions").fetchall()
        assert row == ("示例大学",)
        connection.execute("ALTER TABLE views.institutions ADD CHECK (false) NOT VALID")
    code = {"code": SECOND, "kind": "university", "name_zh": "乙大学", "name_en": "B"}
    line = json.dumps({"command": "institution.register", **code}).encode()
    assert zhiheng("record", "-", token=people.administrator, stdin=line).code == 0
    failed = zhiheng("publish", "institutions")
    assert failed.code == 1
    assert "CheckViolation" in failed.out
    assert zhiheng("publish", "--status").code == 1
    assert zhiheng("publish", "--status", "receipts").code == 0
    doctor = zhiheng("doctor")
    assert doctor.code == 0, doctor.out
    assert "! 视图 institutions 发布失败" in doctor.out


def test_how_often_views_are_published_is_off_or_a_number_of_seconds(
    zhiheng: Zhiheng, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    for given, code in (("off", 0), ("60", 0), ("0", 2), ("often", 2), ("-1", 2)):
        monkeypatch.setenv("ZHIHENG_PUBLISH", given)
        assert zhiheng("publish", "--status").code == code, given


def test_expired_lines_are_forgotten_by_an_administrator_only(
    zhiheng: Zhiheng, people: People, tmp_path: Path
) -> None:
    zhiheng("import", kept(tmp_path, bank_file(LINES)), token=people.clerk)
    assert zhiheng("access", "forget-lines", "--before", "2022-07-01").code == 1
    said = zhiheng("access", "forget-lines", "--before", "2022-07-01", token=people.administrator)
    assert said.results == [{"forgotten": 2, "before": "2022-07-01"}]


def test_columns_of_a_table_line_up_when_characters_are_wide() -> None:
    assert width_of("知衡A") == 5
    lines = table(["名称", "fen"], [["知衡", "1"], ["abc\x1b[2J\nd", "12"]], [False, True])
    widths = {width_of(line) for line in lines.splitlines()}
    assert len(widths) == 1
    assert "\x1b" not in lines


def test_the_service_answers_and_stops_in_order_when_it_is_asked_to(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if "ZHIHENG" not in name}
    environment |= {"ZHIHENG_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port"]
    with subprocess.Popen([*command, str(port)], env=environment) as service:
        try:
            address = f"http://127.0.0.1:{port}/healthz"
            assert _answers(address, until=time.monotonic() + 60)
            assert (tmp_path / "postgres" / "postmaster.pid").exists()
            service.send_signal(signal.SIGTERM)
            assert service.wait(60) == 0
        finally:
            service.kill()
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def _answers(address: str, until: float) -> bool:
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.1)
    return False


def test_a_list_is_told_from_a_bank_file_looked_at_and_taken_in_once(
    zhiheng: Zhiheng, people: People, urls: Logins, tmp_path: Path
) -> None:
    two = (people.administrator, people.security)
    _, staff = hired(zhiheng, two, "centre-staff", "赵专员")
    file = kept(tmp_path, "案号,名称,申请日\n202210000001.0,甲,2022-01-05".encode(), "list.csv")
    before = len(facts(urls))
    unknown = zhiheng("import", file, token=staff)
    assert unknown.code == 1
    assert "list_is_not_recognised" in unknown.err
    shown = zhiheng("import", file, "--map", "案号=patent", "--dry-run")
    assert shown.code == 0, shown.err
    assert "新增 1 行" in shown.out
    assert "登记专利申请" in shown.out
    assert len(facts(urls)) == before
    taken = zhiheng("import", file, "--map", "案号=patent")
    assert "已写入 1 条事实" in taken.out
    again = zhiheng("import", file)
    assert again.code == 0
    assert "无变化 1 行" in again.out
    assert facts(urls)[before:] == ["patent-filed.v2"]
    assert zhiheng("import", file, "--kind", "bank", token=people.clerk).code == 1


def test_a_wrong_cell_of_a_list_is_told_with_its_place(
    zhiheng: Zhiheng, people: People, tmp_path: Path
) -> None:
    data = "到账日期,付款单位,到账金额\n2022-06-28,甲公司,多少".encode()
    where = ("--account", people.account)
    said = zhiheng("import", kept(tmp_path, data, "list.csv"), *where, token=people.clerk)
    assert said.code == 1
    assert "C2「到账金额」" in said.err
