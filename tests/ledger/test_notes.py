"""Signed notes of C2SP: the specification's own example, and what is no note."""

import base64

import pytest

from ledger.notes import (
    COSIGNATURE,
    NoteIsForged,
    NoteIsMalformed,
    Signer,
    VerifierKey,
    parse_note,
    signed_by,
)

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
TEXT = "This is an example message.\n"
LINE = (
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRK"
    "uwHjG1Yu72IneyaQM=\n"
)
NOTE = f"{TEXT}\n{LINE}".encode()


def test_the_published_note_verifies_and_its_key_has_the_published_id() -> None:
    key = VerifierKey.parse(VKEY)
    assert (key.key_id.hex(), str(key)) == ("530d903a", VKEY)
    note = parse_note(NOTE)
    assert (note.text, bytes(note)) == (TEXT, NOTE)
    assert list(signed_by(note, [key])) == [key]


def test_a_known_keys_false_signature_makes_the_whole_note_count_for_nothing() -> None:
    altered = NOTE.replace(b"example message", b"altered message")
    with pytest.raises(NoteIsForged, match=r"example\.com/foo"):
        signed_by(parse_note(altered), [VerifierKey.parse(VKEY)])


def test_signatures_of_unknown_keys_are_passed_over_even_under_a_known_name() -> None:
    namesake = Signer.of_seed("example.com/foo", bytes(32)).sign(TEXT).line()
    stranger = Signer.of_seed("example.org", bytes(32)).sign("other\n").line()
    note = parse_note(NOTE + namesake.encode() + stranger.encode())
    assert [key.name for key in signed_by(note, [VerifierKey.parse(VKEY)])] == ["example.com/foo"]
    assert not signed_by(note, [Signer.of_seed("example.net", bytes(32)).verifier])


def test_the_text_ends_at_the_last_empty_line() -> None:
    signer = Signer.of_seed("example.com/foo", bytes(32))
    text = "one\n\n— not a signature\n\ntwo\n"
    note = parse_note(f"{text}\n{signer.sign(text).line()}".encode())
    assert note.text == text
    assert list(signed_by(note, [signer.verifier])) == [signer.verifier]


def test_a_key_whose_base64_holds_a_plus_sign_is_read() -> None:
    keys = (Signer.of_seed("example.com", bytes([at]) * 32).verifier for at in range(40))
    key = next(key for key in keys if "+" in str(key).split("+", 2)[2])
    assert VerifierKey.parse(str(key)) == key


def test_a_cosignature_has_76_bytes_and_holds_for_its_time_only() -> None:
    witness = Signer.of_seed("witness.example.com", bytes(32), COSIGNATURE)
    signature = witness.cosign(TEXT, 1_679_315_147)
    assert len(base64.b64decode(signature.line().split(" ")[2])) == 4 + 8 + 64
    assert witness.verifier.fits(TEXT, signature.blob)
    later = (1_679_315_148).to_bytes(8, "big") + signature.blob[8:]
    assert not witness.verifier.fits(TEXT, later)
    assert not witness.verifier.fits(TEXT, signature.blob[:-1])


def test_sixteen_signatures_are_accepted() -> None:
    signers = [Signer.of_seed(f"witness{at}.example.com", bytes(32)) for at in range(16)]
    lines = "".join(signer.sign(TEXT).line() for signer in signers)
    assert (
        len(signed_by(parse_note(f"{TEXT}\n{lines}".encode()), [s.verifier for s in signers])) == 16
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TEXT.encode(),
        f"{TEXT}{LINE}".encode(),
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace(b"example message", b"example\tmessage"),
        NOTE.replace(b"example message", b"example\xffmessage"),
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace(b"com/foo Uw", b"com/f+o Uw"),
        NOTE.replace(b"Uw2Q", b"Uw2"),
        f"{TEXT}\n— example.com/foo AAAA\n".encode(),
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(NoteIsMalformed):
        parse_note(data)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("/foo", " foo"),
        VKEY[1:].replace("example", "other"),
        VKEY[:-4],
        VKEY.replace("+Aeky", "+Beky"),
    ],
)
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteIsMalformed):
        VerifierKey.parse(vkey)
