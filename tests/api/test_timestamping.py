"""Checkpoints stamped by a real authority (OpenSSL's), and every way in which it may fail."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from api.settings import WrongSetting
from api.timestamping import AGAIN_AFTER, EVERY, UNSTAMPED, Stamper, Unstamped
from tests.api.witness_house import answering

CHECKPOINT = b"example.edu.cn/ip-ledger\n8\nroot\n"
OTHER = b"example.edu.cn/ip-ledger\n9\nroot\n"
CONFIG = """
[tsa]
default_tsa = ours
[ours]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = {digests}
ess_cert_id_alg = sha256
"""

Replying = Callable[[bytes], tuple[int, bytes]]


def openssl(folder: Path, command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["openssl", *command.split()], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a certificate authority with a time-stamping one under it."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl command line here")
    folder = tmp_path_factory.mktemp("authority")
    (folder / "extensions").write_text("extendedKeyUsage = critical,timeStamping\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(digests="sha256"))
    (folder / "sha512.cnf").write_text(CONFIG.format(digests="sha512"))
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 9 -subj /CN=ca",
        "req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=tsa",
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 "
        "-extfile extensions -out tsa.pem",
    ):
        made = openssl(folder, command)
        assert made.returncode == 0, made.stderr
    return folder


def replying(authority: Path, config: str = "tsa.cnf") -> Replying:
    def reply(query: bytes) -> tuple[int, bytes]:
        (authority / "query.tsq").write_bytes(query)
        openssl(authority, f"ts -reply -config {config} -queryfile query.tsq -out reply.tsr")
        return 200, (authority / "reply.tsr").read_bytes()

    return reply


class Clock:
    """Real time that a test moves on."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


class Office(NamedTuple):
    """A stamper with its clock and the folder it keeps stamps in."""

    stamper: Stamper
    clock: Clock
    log: Path
    address: str


@pytest.fixture
def office(authority: Path, tmp_path: Path) -> Iterator[Office]:
    with answering(replying(authority)) as address:
        clock = Clock()
        yield Office(Stamper(address, tmp_path, clock), clock, tmp_path, address)


def test_openssl_verifies_the_stamp_over_the_checkpoint_kept_beside_it(
    office: Office, authority: Path
) -> None:
    assert office.stamper.stamp(CHECKPOINT, 8)
    kept = office.log / "checkpoints" / "8"
    assert kept.read_bytes() == CHECKPOINT
    verify = f"ts -verify -data {kept} -in {kept}.tsr -CAfile ca.pem -untrusted tsa.pem"
    assert openssl(authority, verify).returncode == 0
    kept.write_bytes(OTHER)
    assert openssl(authority, verify).returncode != 0


def test_there_is_one_stamp_an_hour_also_after_a_stop(office: Office) -> None:
    assert office.stamper.stamp(CHECKPOINT, 8)
    assert not office.stamper.stamp(OTHER, 9)
    again = Stamper(office.address, office.log, office.clock)
    office.clock.now += EVERY - timedelta(minutes=5)
    assert not again.stamp(OTHER, 9)
    office.clock.now += timedelta(minutes=6)
    assert again.stamp(OTHER, 9)
    assert sorted(each.name for each in (office.log / "checkpoints").iterdir()) == [
        "8",
        "8.tsr",
        "9",
        "9.tsr",
    ]


def test_a_checkpoint_is_stamped_once(office: Office) -> None:
    assert office.stamper.stamp(CHECKPOINT, 8)
    office.clock.now += 2 * EVERY
    assert not office.stamper.stamp(CHECKPOINT, 8)


def tells(reply: Replying, log: Path, clock: Clock, stamped: bytes = CHECKPOINT) -> Unstamped:
    with answering(reply) as address:
        stamper = Stamper(address, log, clock)
        assert not stamper.stamp(stamped, 8)
        assert not (log / "checkpoints").exists()
        assert stamper.failure is not None
        assert "{" not in "".join(stamper.failure.told())
        return stamper.failure.code


def test_an_answer_to_another_request_is_not_kept(authority: Path, tmp_path: Path) -> None:
    first: list[tuple[int, bytes]] = []

    def replay(query: bytes) -> tuple[int, bytes]:
        if not first:
            first.append(replying(authority)(query))
        return first[0]

    with answering(replay) as address:
        assert Stamper(address, tmp_path / "first", Clock()).stamp(CHECKPOINT, 8)
    for stamped in (CHECKPOINT, OTHER):
        code = tells(replay, tmp_path / "second", Clock(), stamped)
        assert code is Unstamped.STAMP_IS_FOR_ANOTHER_REQUEST


def test_a_stamp_over_other_bytes_is_not_kept(authority: Path, tmp_path: Path) -> None:
    def swap(query: bytes) -> tuple[int, bytes]:
        # The digest in the query is replaced, its nonce stays.
        asked = query.replace(sha256(CHECKPOINT).digest(), sha256(OTHER).digest())
        return replying(authority)(asked)

    assert tells(swap, tmp_path, Clock()) is Unstamped.STAMP_IS_FOR_ANOTHER_REQUEST


def test_a_refusal_of_the_authority_is_told(authority: Path, tmp_path: Path) -> None:
    code = tells(replying(authority, "sha512.cnf"), tmp_path, Clock())
    assert code is Unstamped.AUTHORITY_REFUSES


GRANTED_WITHOUT_A_STAMP = bytes.fromhex("30053003020100")


@pytest.mark.parametrize(
    "body", [b"", b"<html>not here</html>", b"\x30\x03\x02\x01", GRANTED_WITHOUT_A_STAMP]
)
def test_an_answer_of_another_kind_is_told(body: bytes, tmp_path: Path) -> None:
    code = tells(lambda query: (200, body), tmp_path, Clock())
    assert code is Unstamped.ANSWER_IS_MALFORMED


def test_an_authority_that_fails_is_left_alone_for_a_while(authority: Path, tmp_path: Path) -> None:
    asked = 0

    def fails_once(query: bytes) -> tuple[int, bytes]:
        nonlocal asked
        asked += 1
        return (503, b"") if asked == 1 else replying(authority)(query)

    clock = Clock()
    with answering(fails_once) as address:
        stamper = Stamper(address, tmp_path, clock)
        assert not stamper.stamp(CHECKPOINT, 8)
        assert stamper.failure is not None
        assert stamper.failure.code is Unstamped.AUTHORITY_DOES_NOT_ANSWER
        assert not stamper.stamp(CHECKPOINT, 8)
        assert asked == 1
        clock.now += AGAIN_AFTER
        assert stamper.stamp(CHECKPOINT, 8)
        assert stamper.failure is None


def test_every_failure_has_its_words() -> None:
    assert set(UNSTAMPED) == set(Unstamped)


def test_an_address_of_another_kind_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="ZHIHENG_TSA_URL"):
        Stamper("file:///etc/passwd", tmp_path, Clock())
