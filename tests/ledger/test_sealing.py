"""Sealing: tiles, checkpoint and keys follow the log; proofs hold against what is published."""

import uuid
from pathlib import Path

import pytest

from ledger.checkpoints import parse_checkpoint
from ledger.growth import Growth, grown, standing
from ledger.key_files import next_key_file
from ledger.last_signed import read_last_signed, signed_file
from ledger.merkle import consistency_path, continues, includes, inclusion_path, leaf_hash, root_of
from ledger.notes import VerifierKey, parse_note, signed_by
from ledger.refusals import Refused
from ledger.sealing import sealer
from ledger.sealing_stops import SealingStopped, Stop
from ledger.signing_keys import AdoptSigningKey
from ledger.tiles import TileFolder
from tests.ledger.sealing_desk import SealingDesk
from tests.ledger.stage import Stage


@pytest.fixture
def desk(stage: Stage, tmp_path: Path) -> SealingDesk:
    made = SealingDesk(stage, tmp_path)
    made.adopt()
    return made


@pytest.mark.parametrize("step", [1, 7, 255, 256, 257, 70_000])
def test_a_tree_grown_in_steps_is_the_tree(step: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(70_000)]
    growth = Growth()
    if step == 1:
        leaves = leaves[:600]
    for at in range(0, len(leaves), step):
        growth, _ = grown(growth, leaves[at : at + step])
    assert growth.root() == root_of(leaves)


def test_the_tree_of_a_folder_goes_on_where_it_stood(tmp_path: Path) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(66_000)]
    folder = TileFolder(tmp_path)
    growth, tiles = grown(Growth(), leaves)
    for tile in tiles:
        folder.write(tile.place, b"".join(tile.hashes))
    assert standing(folder, 66_000) == growth


def test_everything_up_to_the_head_is_under_the_checkpoint(desk: SealingDesk) -> None:
    size = desk.seal_all()
    entries = desk.entries()
    told = parse_checkpoint(parse_note(desk.checkpoint()).text)
    assert (told.origin, told.head.size) == (desk.origin, len(entries)) == (desk.origin, size)
    assert told.head.root == root_of([leaf_hash(entry) for entry in entries])
    folder = TileFolder(desk.seal.folder)
    assert list(folder.entries(0, size)) == entries


def test_every_fact_is_proven_and_every_older_checkpoint_goes_on(desk: SealingDesk) -> None:
    heads = []
    for count in (0, 1, 200, 80):
        desk.write(count)
        desk.seal_all()
        heads.append(parse_checkpoint(parse_note(desk.checkpoint()).text).head)
    folder, newest = TileFolder(desk.seal.folder), heads[-1]

    def nodes(level: int, index: int) -> bytes:
        return folder.node(newest.size, level, index)

    for position, entry in enumerate(desk.entries()):
        path = inclusion_path(nodes, position, newest.size)
        assert includes(newest.root, newest.size, position, leaf_hash(entry), path)
    for head in heads:
        assert continues(head, newest, consistency_path(nodes, head.size, newest.size))


def test_nothing_new_makes_no_checkpoint(desk: SealingDesk) -> None:
    desk.seal_all()
    before = desk.checkpoint()
    with sealer(desk.url, desk.seal) as made:
        assert made.waiting() == made.seal() == 0
    assert desk.checkpoint() == before


def test_a_new_key_signs_the_first_checkpoint_together_with_the_old_one(desk: SealingDesk) -> None:
    desk.seal_all()
    old = VerifierKey.parse(desk.make_key(desk.seal.key_file, 1))
    new = VerifierKey.parse(desk.make_key(next_key_file(desk.seal.key_file), 2))
    desk.adopt_key(str(new))
    desk.seal_all()
    assert set(signed_by(parse_note(desk.checkpoint()), [old, new])) == {old, new}
    desk.write()
    desk.seal_all()
    assert set(signed_by(parse_note(desk.checkpoint()), [old, new])) == {new}
    assert not next_key_file(desk.seal.key_file).exists()


def test_a_rotation_cut_short_at_any_step_is_finished(desk: SealingDesk) -> None:
    desk.seal_all()
    desk.adopt_key(desk.make_key(next_key_file(desk.seal.key_file), 2))
    with sealer(desk.url, desk.seal) as made:
        steps = made.steps()
        assert (next(steps), next(steps)) == ("tiles", "signed")
    desk.write()
    desk.seal_all()
    assert desk.seal.key_file.read_text() == bytes([2] * 32).hex() + "\n"


def test_a_key_that_was_adopted_without_its_file_signs_nothing(desk: SealingDesk) -> None:
    desk.seal_all()
    desk.adopt_key(desk.make_key(desk.seal.folder / "elsewhere.key", 2))
    with pytest.raises(SealingStopped) as stopped:
        desk.seal_all()
    assert stopped.value.reason is Stop.KEY_DOES_NOT_MATCH


def test_only_a_key_of_the_logs_own_name_is_adopted_and_none_twice(desk: SealingDesk) -> None:
    foreign = SealingDesk(desk.stage, desk.seal.folder / "foreign")
    foreign.origin = "elsewhere.edu.cn/ledger"
    key = foreign.make_key(foreign.seal.key_file, 3)
    refuses = desk.stage.refuses
    refuses(Refused.KEY_HAS_ANOTHER_NAME, AdoptSigningKey(key=key), "administrator")
    present = desk.make_key(desk.seal.key_file, 1)
    refuses(Refused.SUBJECT_EXISTS_ALREADY, AdoptSigningKey(key=present), "administrator")
    refuses(Refused.ROLE_IS_MISSING, AdoptSigningKey(key=present), "centre-staff")


def test_text_that_is_no_key_is_no_command() -> None:
    with pytest.raises(ValueError, match="not a verifier key"):
        AdoptSigningKey(key="example.edu.cn/ledger+00000000+AAAA")


def test_the_last_signed_note_is_kept_beside_the_key(desk: SealingDesk) -> None:
    desk.seal_all()
    last = read_last_signed(desk.seal.key_file)
    assert last is not None
    assert last.note is not None
    assert bytes(last.note) == desk.checkpoint()
    assert signed_file(desk.seal.key_file).parent != desk.seal.folder


def test_a_cosigned_checkpoint_stays_when_a_sealer_begins_anew(desk: SealingDesk) -> None:
    desk.seal_all()
    cosigned = desk.checkpoint() + "— witness.example AAAAAAAA\n".encode()
    (desk.seal.folder / "checkpoint").write_bytes(cosigned)
    desk.seal_all()
    assert desk.checkpoint() == cosigned


def test_without_a_key_nothing_is_sealed(stage: Stage, tmp_path: Path) -> None:
    desk = SealingDesk(stage, tmp_path / str(uuid.uuid4()))
    with pytest.raises(SealingStopped) as stopped:
        desk.seal_all()
    assert stopped.value.reason is Stop.NO_KEY_IS_ADOPTED
