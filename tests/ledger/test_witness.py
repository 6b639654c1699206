"""A witness stands for what continues the tree it holds, keeps it first, and refuses a fork."""

import base64
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.merkle import EMPTY_ROOT
from ledger.notes import Note, Signer, parse_note, signed_by
from ledger.tiles import put
from ledger.witness import (
    BODY_BYTES_MAX,
    Rejected,
    Rejection,
    StateIsDamaged,
    StateIsTaken,
    Witness,
    origin_digest,
    parse_submission,
    submitted,
)
from tests.ledger.small_log import LOG, ORIGIN, SmallLog, cosigner

NOW = 1_790_000_000
KEY = cosigner("bureau.example/witness")


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Witness]:
    with Witness(KEY, [LOG.verifier], tmp_path) as witness:
        yield witness


def rejected(witness: Witness, body: bytes) -> Rejection:
    with pytest.raises(Rejection) as caught:
        witness.add(body, NOW)
    return caught.value


def size_held(witness: Witness) -> int:
    head = witness.seen()[0].head
    return head.size if head else 0


def test_it_stands_for_the_first_checkpoint_and_for_each_that_continues_it(
    watching: Witness,
) -> None:
    log = SmallLog(70)
    for older, size in ((0, 1), (1, 2), (2, 8), (8, 13), (13, 64), (64, 70)):
        made = watching.add(log.sent(older, size), NOW + size)
        note = Note(log.text(size), (made,))
        assert list(signed_by(note, [KEY.verifier])) == [KEY.verifier]
        assert watching.seen()[0].seconds == NOW + size
    assert size_held(watching) == 70


def test_a_replay_gets_a_fresh_cosignature_from_the_size_it_is_held_at(watching: Witness) -> None:
    log = SmallLog(9)
    watching.add(log.sent(0, 9), NOW)
    assert rejected(watching, log.sent(0, 9)).held == 9
    again = watching.add(log.sent(9, 9), NOW + 60)
    assert int.from_bytes(again.blob[:8], "big") == NOW + 60


def test_a_fork_of_the_same_size_is_refused(watching: Witness) -> None:
    watching.add(SmallLog(9).sent(0, 9), NOW)
    fork = SmallLog(9, strange=1)
    assert rejected(watching, fork.sent(9, 9)).code is Rejected.TREE_DOES_NOT_CONTINUE


def test_a_longer_fork_is_refused_whatever_path_it_brings(watching: Witness) -> None:
    watching.add(SmallLog(9).sent(0, 9), NOW)
    fork = SmallLog(20, strange=12)
    assert rejected(watching, fork.sent(9, 20)).code is Rejected.TREE_DOES_NOT_CONTINUE
    assert rejected(watching, submitted(9, (), fork.note(20))).code is (
        Rejected.TREE_DOES_NOT_CONTINUE
    )
    assert size_held(watching) == 9


def test_a_shorter_log_is_told_the_size_held(watching: Witness) -> None:
    log = SmallLog(9)
    watching.add(log.sent(0, 9), NOW)
    told = rejected(watching, log.sent(5, 7))
    assert (told.code, told.held) == (Rejected.OLD_SIZE_IS_NOT_THE_HELD_ONE, 9)


def test_an_old_size_above_the_checkpoints_own_is_malformed(watching: Witness) -> None:
    log = SmallLog(9)
    watching.add(log.sent(0, 9), NOW)
    body = submitted(9, (), log.note(7))
    assert rejected(watching, body).code is Rejected.REQUEST_IS_MALFORMED


def test_a_path_from_nothing_is_refused(watching: Witness) -> None:
    body = submitted(0, (bytes(32),), SmallLog(3).note(3))
    assert rejected(watching, body).code is Rejected.TREE_DOES_NOT_CONTINUE


def test_an_empty_log_has_the_root_of_nothing(watching: Witness) -> None:
    text = f"{ORIGIN}\n0\n{base64.b64encode(bytes(32)).decode()}\n"
    wrong = submitted(0, (), Note(text, (LOG.sign(text),)))
    assert rejected(watching, wrong).code is Rejected.TREE_DOES_NOT_CONTINUE
    watching.add(SmallLog(0).sent(0, 0), NOW)
    head = watching.seen()[0].head
    assert head is not None
    assert head.root == EMPTY_ROOT


def test_another_key_under_the_logs_name_is_refused(watching: Witness) -> None:
    stranger = SmallLog(3, signer=Signer.of_seed(ORIGIN, bytes(32)))
    assert rejected(watching, stranger.sent(0, 3)).code is Rejected.LOG_DID_NOT_SIGN


def test_a_signature_of_the_known_key_that_does_not_fit_is_refused(watching: Witness) -> None:
    log = SmallLog(3)
    forged = submitted(0, (), Note(log.text(3), log.note(2).signatures))
    assert rejected(watching, forged).code is Rejected.LOG_DID_NOT_SIGN


def test_a_log_it_does_not_know_is_refused(watching: Witness) -> None:
    other = SmallLog(3, signer=Signer.of_seed("other.example/log", bytes(32)))
    assert rejected(watching, other.sent(0, 3)).code is Rejected.LOG_IS_UNKNOWN


def test_signatures_of_unknown_keys_are_neither_minded_nor_kept(watching: Witness) -> None:
    note = SmallLog(3).note(3)
    stranger = cosigner("stranger.example/w").cosign(note.text, NOW)
    watching.add(submitted(0, (), Note(note.text, (*note.signatures, stranger))), NOW)
    kept = watching.checkpoint(origin_digest(ORIGIN))
    assert kept is not None
    assert [each.name for each in kept.signatures] == [ORIGIN, KEY.name]


def test_either_key_of_a_log_that_changes_its_key_counts(tmp_path: Path) -> None:
    after = Signer.of_seed(ORIGIN, bytes(32))
    with Witness(KEY, [LOG.verifier, after.verifier], tmp_path) as watching:
        watching.add(SmallLog(3).sent(0, 3), NOW)
        watching.add(SmallLog(5, signer=after).sent(3, 5), NOW)
        assert size_held(watching) == 5


SENT = SmallLog(9).sent(4, 9)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        SENT.replace(b"old 4", b"old 04"),
        SENT.replace(b"old 4", b"old -4"),
        SENT.replace(b"old 4", b"new 4"),
        SENT.replace(b"old 4\n", b"old 4\r\n"),
        SENT.replace(b"\n\n", b"\n", 1),
        SENT.replace(b"old 4\n", b"old 4\nAAAA\n"),
        SENT.replace(b"old 4\n", b"old 4\n????\n"),
        SENT.replace(b"old 4\n", b"old 4\n" + 64 * (base64.b64encode(bytes(32)) + b"\n")),
        SENT.replace(b"\n9\n", b"\n09\n"),
        SENT[:-1],
        SENT + b"more",
        SENT.partition(b"\n\n\xe2")[0],
        SENT + b" " * BODY_BYTES_MAX,
    ],
)
def test_what_is_no_request_is_malformed(body: bytes) -> None:
    with pytest.raises(Rejection) as caught:
        parse_submission(body)
    assert caught.value.code is Rejected.REQUEST_IS_MALFORMED


def test_a_request_reads_back_as_it_was_written() -> None:
    read = parse_submission(SENT)
    assert read.older == 4
    assert submitted(read.older, read.path, read.note) == SENT


def test_a_stop_leaves_the_tree_where_it_was(tmp_path: Path) -> None:
    log = SmallLog(9)
    with Witness(KEY, [LOG.verifier], tmp_path) as first:
        first.add(log.sent(0, 6), NOW)
    with Witness(KEY, [LOG.verifier], tmp_path) as second:
        assert size_held(second) == 6
        fork = SmallLog(9, strange=5)
        assert rejected(second, fork.sent(6, 9)).code is Rejected.TREE_DOES_NOT_CONTINUE
        second.add(log.sent(6, 9), NOW)


def test_a_checkpoint_is_kept_before_anybody_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SmallLog(9)

    def killed_after(path: Path, data: bytes) -> None:
        put(path, data)
        raise SystemExit

    with Witness(KEY, [LOG.verifier], tmp_path) as first:
        monkeypatch.setattr("ledger.witness.put", killed_after)
        with pytest.raises(SystemExit):
            first.add(log.sent(0, 9), NOW)
    monkeypatch.undo()
    with Witness(KEY, [LOG.verifier], tmp_path) as second:
        fork = SmallLog(9, strange=1)
        assert rejected(second, fork.sent(0, 9)).held == 9
        second.add(log.sent(9, 9), NOW)


def test_nothing_is_answered_where_it_could_not_be_kept(
    watching: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ledger.witness.put", full)
    with pytest.raises(OSError, match="No space"):
        watching.add(SmallLog(9).sent(0, 9), NOW)
    monkeypatch.undo()
    assert size_held(watching) == 0


def test_of_two_histories_sent_at_once_one_gets_a_cosignature(watching: Witness) -> None:
    forks = [SmallLog(12, strange=strange) for strange in range(1, 9)]

    def send(log: SmallLog) -> bool:
        try:
            watching.add(log.sent(0, 12), NOW)
        except Rejection:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(send, forks)) == 1


def _takes(folder: Path) -> bool:
    try:
        with Witness(KEY, [LOG.verifier], folder):
            return True
    except StateIsTaken:
        return False


def test_a_second_process_on_the_same_folder_refuses(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as other:
        with Witness(KEY, [LOG.verifier], tmp_path):
            assert not other.apply(_takes, (tmp_path,))
        assert other.apply(_takes, (tmp_path,))


@pytest.mark.parametrize("damage", [b"", b"nothing of the kind\n", None])
def test_a_witness_that_forgot_does_not_begin_anew(tmp_path: Path, damage: bytes | None) -> None:
    with Witness(KEY, [LOG.verifier], tmp_path) as watching:
        watching.add(SmallLog(9).sent(0, 9), NOW)
    file = tmp_path / f"{origin_digest(ORIGIN)}.checkpoint"
    note = parse_note(file.read_bytes())
    file.write_bytes(
        bytes(Note(SmallLog(8).text(8), note.signatures)) if damage is None else damage
    )
    with pytest.raises(StateIsDamaged):
        Witness(KEY, [LOG.verifier], tmp_path)
    with pytest.raises(StateIsDamaged):
        Witness(KEY, [LOG.verifier], tmp_path)
