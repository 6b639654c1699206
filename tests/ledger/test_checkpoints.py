"""Checkpoints of C2SP: bytes that anybody's reader takes, and texts that are none."""

import pytest

from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.merkle import Head, leaf_hash, root_of
from ledger.notes import Note, NoteIsMalformed, Signer
from tests.ledger.test_merkle import ENTRIES

ORIGIN = "example.edu.cn/ip-ledger"
VKEY = "example.edu.cn/ip-ledger+a5b41ca4+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
SIGNED = """example.edu.cn/ip-ledger
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

— example.edu.cn/ip-ledger \
pbQcpHVVZBuTDhFDFJdnEzx56W9DNDH7atMzKyvElrNBErfHhmo9UqMrP0ThPRv2UXcFCNG9C1iGVvGSITwqg6AXag0=
"""
TEXT = SIGNED.partition("\n\n")[0] + "\n"


def test_a_checkpoint_is_signed_byte_for_byte_as_it_was_elsewhere() -> None:
    signer = Signer.of_seed(ORIGIN, bytes(range(32)))
    head = Head(8, root_of([leaf_hash(entry) for entry in ENTRIES]))
    text = Checkpoint(ORIGIN, head).text
    assert str(signer.verifier) == VKEY
    assert bytes(Note(text, (signer.sign(text),))).decode() == SIGNED
    assert parse_checkpoint(text) == Checkpoint(ORIGIN, head)


def test_extension_lines_are_left_alone() -> None:
    assert parse_checkpoint(TEXT + "more\n") == parse_checkpoint(TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.replace("\n8\n", "\n08\n"),
        TEXT.replace("\n8\n", "\n-8\n"),
        TEXT.replace("\n8\n", "\n8.0\n"),
        TEXT.replace("\n8\n", "\n"),
        TEXT.replace("Xcna", "Xcn"),
        TEXT.replace("Xcna", ""),
        TEXT.replace("Xcna", "X*na"),
        TEXT.replace(ORIGIN, ""),
        TEXT + "\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteIsMalformed):
        parse_checkpoint(text)
