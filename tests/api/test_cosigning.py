"""Collecting cosignatures: enough of them meet the policy, and no witness can hold the log up."""

import base64
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.clock import real_clock
from api.cosigning import TROUBLES, Cosigner, Trouble, read_policy
from api.serving import bound
from api.settings import WrongSetting
from ledger.notes import Signer, VerifierKey, signed_by
from ledger.witness_policy_file import parse_policy
from tests.api.witness_house import answering, running_witness
from tests.ledger.small_log import LOG, SmallLog, cosigner

BUREAU, SCHOOL = cosigner("bureau.example/w"), cosigner("school.example/w")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def of(*witnesses: tuple[Signer, str], needed: str = "all", seconds: float = 5.0) -> Cosigner:
    lines = [f"witness w{at} {key.verifier} {url}" for at, (key, url) in enumerate(witnesses)]
    names = " ".join(f"w{at}" for at in range(len(witnesses)))
    text = "\n".join([*lines, f"group all-of-them {needed} {names}", "quorum all-of-them"])
    return Cosigner(parse_policy(text.encode()), real_clock, seconds)


def nowhere() -> str:
    """An address on which nobody listens."""
    with bound(0) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def troubles(asking: Cosigner) -> dict[str, Trouble | None]:
    return {name: report.trouble for name, report in asking.reports.items()}


def test_two_witnesses_stand_for_a_growing_log(stack: ExitStack, tmp_path: Path) -> None:
    one = stack.enter_context(running_witness(BUREAU, LOG.verifier, folder=tmp_path / "1"))
    two = stack.enter_context(running_witness(SCHOOL, LOG.verifier, folder=tmp_path / "2"))
    asking, log = of((BUREAU, one), (SCHOOL, two)), SmallLog(70)
    for size in (0, 1, 8, 9, 9, 64, 70):
        standing = asking.cosign(log.note(size), size, log.nodes)
        assert standing.is_met
        keys: list[VerifierKey] = [LOG.verifier, BUREAU.verifier, SCHOOL.verifier]
        assert set(signed_by(standing.note, keys)) == set(keys)
        assert standing.note.text == log.text(size)


def test_a_log_that_started_anew_asks_the_witness_how_far_it_is(
    stack: ExitStack, tmp_path: Path
) -> None:
    one, log = (
        stack.enter_context(running_witness(BUREAU, LOG.verifier, folder=tmp_path)),
        SmallLog(70),
    )
    assert of((BUREAU, one)).cosign(log.note(41), 41, log.nodes).is_met
    assert of((BUREAU, one)).cosign(log.note(70), 70, log.nodes).is_met


def test_one_of_two_is_enough_where_one_is_asked_for(stack: ExitStack, tmp_path: Path) -> None:
    one, log = (
        stack.enter_context(running_witness(BUREAU, LOG.verifier, folder=tmp_path)),
        SmallLog(5),
    )
    both = [(BUREAU, one), (SCHOOL, nowhere())]
    assert of(*both, needed="1").cosign(log.note(5), 5, log.nodes).is_met
    asking = of(*both)
    standing = asking.cosign(log.note(5), 5, log.nodes)
    assert (standing.is_met, standing.have, standing.needed) == (False, 1, 2)
    assert standing.missing == ("w1",)
    assert troubles(asking) == {"w0": None, "w1": Trouble.DOES_NOT_ANSWER}


def test_a_fork_gets_no_cosignature_and_the_refusal_is_told(
    stack: ExitStack, tmp_path: Path
) -> None:
    one = stack.enter_context(running_witness(BUREAU, LOG.verifier, folder=tmp_path))
    asking, log, fork = of((BUREAU, one)), SmallLog(9), SmallLog(12, strange=6)
    asking.cosign(log.note(9), 9, log.nodes)
    standing = asking.cosign(fork.note(12), 12, fork.nodes)
    assert not standing.is_met
    assert asking.reports["w0"].trouble is Trouble.REFUSES
    assert "tree_does_not_continue" in asking.reports["w0"].detail


def test_a_log_shorter_than_the_witness_saw_is_told(stack: ExitStack, tmp_path: Path) -> None:
    one, log = (
        stack.enter_context(running_witness(BUREAU, LOG.verifier, folder=tmp_path)),
        SmallLog(9),
    )
    of((BUREAU, one)).cosign(log.note(9), 9, log.nodes)
    asking = of((BUREAU, one))
    assert not asking.cosign(log.note(4), 4, log.nodes).is_met
    assert troubles(asking) == {"w0": Trouble.HOLDS_ANOTHER_LOG}
    assert asking.reports["w0"].detail == "9"


def test_a_witness_that_named_too_large_a_size_is_asked_again(stack: ExitStack) -> None:
    log, answers = SmallLog(9), [(409, b"900\n"), (200, b"")]

    def mend_its_ways(body: bytes) -> tuple[int, bytes]:
        status, _ = answers.pop(0)
        return status, b"900\n" if status == 409 else BUREAU.cosign(log.text(9), 7).line().encode()

    asking = of((BUREAU, stack.enter_context(answering(mend_its_ways))))
    assert not asking.cosign(log.note(9), 9, log.nodes).is_met
    assert asking.cosign(log.note(9), 9, log.nodes).is_met


def lie_about_another_checkpoint(body: bytes) -> tuple[int, bytes]:
    return 200, BUREAU.cosign(SmallLog(4).text(4), 7).line().encode()


def lie_with_another_key(body: bytes) -> tuple[int, bytes]:
    return 200, SCHOOL.cosign(SmallLog(5).text(5), 7).line().encode()


def lie_about_the_time(body: bytes) -> tuple[int, bytes]:
    return 200, BUREAU.cosign(SmallLog(5).text(5), 0).line().encode()


def babble(body: bytes) -> tuple[int, bytes]:
    return 200, b"\xff\x00" * 200_000


@pytest.mark.parametrize(
    "lie", [lie_about_another_checkpoint, lie_with_another_key, lie_about_the_time, babble]
)
def test_a_witness_that_lies_is_passed_over_and_told(
    lie: object, stack: ExitStack, tmp_path: Path
) -> None:
    assert callable(lie)
    honest = stack.enter_context(running_witness(SCHOOL, LOG.verifier, folder=tmp_path))
    liar, log = stack.enter_context(answering(lie)), SmallLog(5)
    asking = of((BUREAU, liar), (SCHOOL, honest))
    standing = asking.cosign(log.note(5), 5, log.nodes)
    assert troubles(asking) == {"w0": Trouble.SIGNATURE_DOES_NOT_FIT, "w1": None}
    assert standing.missing == ("w0",)
    assert len(standing.note.signatures) == 2


@pytest.mark.parametrize(
    "answer",
    [
        (409, b"5\n"),
        (409, b"many\n"),
        (500, b"<html>"),
        (307, b"http://127.0.0.1:9/add-checkpoint"),
        (302, b"http://127.0.0.1:9/"),
    ],
)
def test_an_answer_that_is_no_cosignature_is_a_refusal(
    answer: tuple[int, bytes], stack: ExitStack
) -> None:
    odd, log = stack.enter_context(answering(lambda body: answer)), SmallLog(9)
    asking = of((BUREAU, odd))
    assert not asking.cosign(log.note(9), 9, log.nodes).is_met
    assert troubles(asking) == {"w0": Trouble.REFUSES}


def test_a_slow_witness_is_left_behind_and_not_asked_twice_at_once(stack: ExitStack) -> None:
    asked = 0

    def slowly(body: bytes) -> tuple[int, bytes]:
        nonlocal asked
        asked += 1
        time.sleep(0.6)
        return 200, b""

    slow, log = stack.enter_context(answering(slowly)), SmallLog(9)
    asking = of((BUREAU, slow), seconds=0.2)
    began = time.monotonic()
    for size in (8, 9):
        asking.cosign(log.note(size), size, log.nodes)
        assert asking.reports["w0"].trouble in (Trouble.IS_LATE, Trouble.DOES_NOT_ANSWER)
    assert time.monotonic() - began < 0.55
    assert asked <= 2


def test_a_witness_without_an_address_is_told() -> None:
    policy = parse_policy(f"witness bureau {BUREAU.verifier}\nquorum bureau".encode())
    asking, log = Cosigner(policy, real_clock), SmallLog(5)
    assert not asking.cosign(log.note(5), 5, log.nodes).is_met
    assert troubles(asking) == {"bureau": Trouble.HAS_NO_ADDRESS}


def test_every_trouble_has_its_words(stack: ExitStack) -> None:
    assert set(TROUBLES) == set(Trouble)
    asking, log = of((BUREAU, nowhere())), SmallLog(5)
    asking.cosign(log.note(5), 5, log.nodes)
    text = asking.reports["w0"].told()
    assert text is not None
    assert "{" not in "".join(text)


def test_a_policy_file_is_read_or_its_fault_is_told_as_a_wrong_setting(tmp_path: Path) -> None:
    file = tmp_path / "policy"
    with pytest.raises(WrongSetting, match="cannot read"):
        read_policy(file)
    wrong = base64.b64encode(bytes(33)).decode()
    file.write_text(f"# ours\nwitness bureau bureau+00000000+{wrong}\nquorum bureau\n")
    with pytest.raises(WrongSetting, match="line 2: the key") as caught:
        read_policy(file)
    assert "第 2 行" in caught.value.zh
    file.write_text("quorum none\n")
    assert read_policy(file).quorum is None
