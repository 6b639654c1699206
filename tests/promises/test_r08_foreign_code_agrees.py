"""R8: what we compute is what others compute: by the book anew, and with Go's golang.org/x/mod."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.bundles import verify_log
from ledger import checkpoints, merkle, notes, tiles
from tests.independent.write_golden import FOLDER, ORIGIN, SIZES, digest, entry

GO_FOLDER = Path(__file__).parents[1] / "independent" / "go"
GO_PATHS = ("/usr/share/gocode", os.environ.get("GOPATH", ""), str(Path.home() / "go"))
LEAVES = [merkle.leaf_hash(entry(index)) for index in range(max(SIZES))]


def golden(name: str) -> Any:
    """A file that the independent implementation wrote."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def nodes(level: int, index: int) -> bytes:
    """Hashes of full subtrees over the golden entries."""
    return tiles.subtree_hash(LEAVES[index << level : index + 1 << level])


def trees(sizes: range) -> list[dict[str, Any]]:
    """Our trees over the golden entries, with all proofs in full."""
    return [
        {
            "size": size,
            "root": merkle.root_of(LEAVES[:size]).hex(),
            "inclusion": [hexes(merkle.inclusion_path(nodes, at, size)) for at in range(size)],
            "consistency": [
                hexes(merkle.consistency_path(nodes, at, size)) for at in range(1, size + 1)
            ],
        }
        for size in sizes
    ]


def hexes(path: tuple[bytes, ...]) -> list[str]:
    return [step.hex() for step in path]


def unhexed(paths: list[list[str]]) -> list[list[bytes]]:
    return [[bytes.fromhex(step) for step in path] for path in paths]


def test_our_roots_and_proofs_are_those_of_the_book() -> None:
    ours = trees(SIZES)
    for tree in ours:
        tree["inclusion"] = digest(unhexed(tree["inclusion"]))
        tree["consistency"] = digest(unhexed(tree["consistency"]))
    assert ours == golden("trees")


def test_our_roots_and_proofs_are_those_of_go() -> None:
    assert trees(range(1, 21)) == golden("go-sumdb")["trees"]


def test_we_and_the_verifier_accept_the_proofs_of_go() -> None:
    foreign = golden("go-sumdb")["trees"]
    heads = [merkle.Head(tree["size"], bytes.fromhex(tree["root"])) for tree in foreign]
    for tree, head in zip(foreign, heads, strict=True):
        for at, path in enumerate(unhexed(tree["inclusion"])):
            assert merkle.includes(head.root, head.size, at, LEAVES[at], path)
            assert verify_log.root_by_path(LEAVES[at], at, head.size, path) == head.root
        for older, path in zip(heads, unhexed(tree["consistency"]), strict=False):
            assert merkle.continues(older, head, path)


def test_paths_in_full_are_those_of_the_book() -> None:
    for case in golden("paths"):
        path = merkle.inclusion_path(nodes, case["index"], case["size"])
        assert hexes(path) == case["path"]


@pytest.mark.parametrize("name", ["notes", "go-sumdb"])
def test_we_make_and_accept_the_same_signed_notes(name: str) -> None:
    told = golden(name)
    signer = notes.Signer.of_seed(ORIGIN, bytes(range(32)))
    for case in told["notes"] if name == "go-sumdb" else told:
        key = notes.VerifierKey.parse(case["vkey"])
        note = notes.parse_note(case["note"].encode())
        assert (note.text, str(signer.verifier)) == (case["text"], case["vkey"])
        assert list(notes.signed_by(note, [key])) == [key]
        ours = notes.Note(case["text"], (signer.sign(case["text"]),))
        assert bytes(ours) == case["note"].encode()


def test_we_make_and_accept_the_same_checkpoints_and_cosignatures() -> None:
    signer = notes.Signer.of_seed(ORIGIN, bytes(range(32)))
    for case in golden("checkpoints"):
        root = merkle.root_of(LEAVES[: case["size"]])
        text = checkpoints.Checkpoint(ORIGIN, merkle.Head(case["size"], root)).text
        lines = [signer.sign(text)]
        assert bytes(notes.Note(text, tuple(lines))).decode() == case["signed"]
        for number, seconds in enumerate(case["times"], 1):
            name = f"witness{number}.example.edu.cn"
            seed = bytes([number]) * 32
            witness = notes.Signer.of_seed(name, seed, notes.COSIGNATURE)
            assert str(witness.verifier) == case["witnesses"][number - 1]
            lines.append(witness.cosign(text, seconds))
        assert bytes(notes.Note(text, tuple(lines))).decode() == case["cosigned"]
        keys = [notes.VerifierKey.parse(text) for text in (case["vkey"], *case["witnesses"])]
        note = notes.parse_note(case["cosigned"].encode())
        assert list(notes.signed_by(note, keys)) == keys


def test_the_verifier_accepts_the_checkpoints_of_the_book() -> None:
    for case in golden("checkpoints"):
        head = verify_log.parse_checkpoint(case["cosigned"].encode())
        assert (head.origin, head.size, head.root.hex()) == (ORIGIN, case["size"], case["root"])
        assert verify_log.signed_by(head, verify_log.parse_key(case["vkey"], 1))
        for vkey in case["witnesses"]:
            assert verify_log.signed_by(head, verify_log.parse_key(vkey, 4))


def test_the_verifier_accepts_the_proof_files_of_the_book() -> None:
    for case in golden("proofs"):
        lines, _, note = case["file"].partition("\n\n")
        index, *path = lines.split("\n")[1:]
        head = verify_log.parse_checkpoint(note.encode())
        steps = [base64.b64decode(step) for step in path]
        leaf = LEAVES[case["index"]]
        assert index == f"index {case['index']}"
        assert verify_log.root_by_path(leaf, case["index"], head.size, steps) == head.root


def test_our_tiles_lie_where_the_book_puts_them_with_the_same_bytes() -> None:
    for size, files in golden("layouts").items():
        entries = [entry(index) for index in range(int(size))]
        rows = {None: entries, 0: [merkle.leaf_hash(each) for each in entries]}
        for level in (0, 1):
            row, width = rows[level], tiles.WIDTH
            full = range(0, len(row) // width * width, width)
            rows[level + 1] = [tiles.subtree_hash(row[at : at + width]) for at in full]
        ours = {}
        for place in tiles.places_of(0, int(size)):
            first = place.number * tiles.WIDTH
            part = rows[place.level][first : first + place.width]
            data = tiles.bundled(part) if place.level is None else b"".join(part)
            ours[place.path] = hashlib.sha256(data).hexdigest()
        assert ours == files


def test_our_tiles_have_the_names_that_go_gives_them() -> None:
    ours = {each.path for each in tiles.places_of(0, 70_000) if each.level is not None}
    assert ours <= set(golden("go-sumdb")["tiles"])


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """The Go program built from golang.org/x/mod, and its environment."""
    home = next(
        (path for path in GO_PATHS if (Path(path) / "src/golang.org/x/mod/sumdb/tlog").is_dir()),
        None,
    )
    program = shutil.which("go")
    if program is None or home is None:
        pytest.skip(
            "needs go and golang.org/x/mod: apt-get install golang-go golang-golang-x-mod-dev"
        )
    folder = tmp_path_factory.mktemp("go")
    around = {**os.environ, "GO111MODULE": "off", "GOPATH": home, "GOCACHE": str(folder)}
    built = str(folder / "foreign")
    subprocess.run(
        [program, "build", "-o", built, "foreign.go"], cwd=GO_FOLDER, env=around, check=True
    )
    return built, around


def run(
    go: tuple[str, dict[str, str]], verb: str, said: str = ""
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([go[0], verb], input=said, capture_output=True, text=True, check=False)


def test_go_says_today_what_is_kept_of_it(go: tuple[str, dict[str, str]]) -> None:
    assert json.loads(run(go, "write").stdout) == golden("go-sumdb")


def test_go_accepts_our_proofs_and_notes_and_refuses_a_false_one(
    go: tuple[str, dict[str, str]],
) -> None:
    signer = notes.Signer.of_seed(ORIGIN, bytes(range(32)))
    text = checkpoints.Checkpoint(ORIGIN, merkle.Head(70, merkle.root_of(LEAVES))).text
    note = bytes(notes.Note(text, (signer.sign(text),))).decode()
    ours = [{"vkey": str(signer.verifier), "text": text, "note": note}]
    said = {"trees": trees(SIZES), "notes": ours}
    answered = run(go, "check", json.dumps(said))
    assert (answered.stdout, answered.stderr) == ("70 trees, 1 notes\n", "")
    said["trees"][9]["root"] = said["trees"][8]["root"]
    assert run(go, "check", json.dumps(said)).returncode == 1
