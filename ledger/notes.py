"""Signed notes (C2SP signed-note): a text, and lines by which known keys stand for it."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
SIGNATURES_MAX = 64
_NAME = re.compile(r"[^\s+\u0085]+")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_KEY_BYTES, _ID_BYTES, _SIGNATURE_BYTES = 32, 4, 64


class NoteIsMalformed(ValueError):
    """Bytes that are no signed note, or a key that is none."""


class NoteIsForged(ValueError):
    """A known key's signature that does not fit: the whole note counts for nothing."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the signature of {name} does not fit the note")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name, its id, and what follows the id."""

    name: str
    key_id: bytes
    blob: bytes

    def line(self) -> str:
        """The line as it stands in a note."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a line feed, with its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        """The note as it is stored and sent."""
        return f"{self.text}\n{''.join(each.line() for each in self.signatures)}".encode()


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by name and kind: ED25519 signs the text, COSIGNATURE text and time."""

    name: str
    public: bytes
    kind: int = ED25519

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """Read `name+id+key`. Raises NoteIsMalformed, for an id that is not the key's too."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
            raise NoteIsMalformed("a verifier key is written name+id+key")
        blob = _decoded(parts[2])
        if len(blob) != 1 + _KEY_BYTES or blob[0] not in (ED25519, COSIGNATURE):
            raise NoteIsMalformed("this kind of verifier key is not known")
        key = cls(parts[0], blob[1:], blob[0])
        if key.key_id.hex() != parts[1]:
            raise NoteIsMalformed("the id in the verifier key is not the key's")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(told).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """The key as people pass it on."""
        blob = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{blob}"

    def fits(self, text: str, blob: bytes) -> bool:
        """Whether a signature of this key stands for the text."""
        if self.kind == COSIGNATURE:
            signed, signature = cosigned(text, blob[:8]), blob[8:]
        else:
            signed, signature = text.encode(), blob
        if len(signature) != _SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except InvalidSignature:
            return False
        return True


def cosigned(text: str, time: bytes) -> bytes:
    """What a cosignature signs: the time as eight bytes of seconds, and the checkpoint."""
    return f"cosignature/v1\ntime {int.from_bytes(time, 'big')}\n{text}".encode()


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under a name."""

    name: str
    private: Ed25519PrivateKey
    kind: int = ED25519

    @classmethod
    def of_seed(cls, name: str, seed: bytes, kind: int = ED25519) -> "Signer":
        """The signer of a 32-byte seed. Raises NoteIsMalformed for a name no note can carry."""
        if not _NAME.fullmatch(name):
            raise NoteIsMalformed(f"a key cannot be called {name!r}")
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed), kind)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw(), self.kind)

    def sign(self, text: str) -> Signature:
        """Stand for a text."""
        return Signature(self.name, self.verifier.key_id, self.private.sign(text.encode()))

    def cosign(self, text: str, seconds: int) -> Signature:
        """Stand for a checkpoint at a time (Unix seconds)."""
        time = seconds.to_bytes(8, "big")
        signed = self.private.sign(cosigned(text, time))
        return Signature(self.name, self.verifier.key_id, time + signed)


def parse_note(data: bytes) -> Note:
    """Read a signed note. Raises NoteIsMalformed."""
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteIsMalformed("a note is UTF-8 text") from error
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or _has_controls(whole):
        raise NoteIsMalformed("a note is text, an empty line, and signature lines")
    found = [_LINE.fullmatch(line) for line in lines[:-1].split("\n")]
    if not 0 < len(found) <= SIGNATURES_MAX or None in found:
        raise NoteIsMalformed("a signature line is written — name base64")
    return Note(text + "\n", tuple(_signature(match) for match in found if match))


def _signature(match: re.Match[str]) -> Signature:
    blob = _decoded(match[2])
    if len(blob) <= _ID_BYTES:
        raise NoteIsMalformed("a signature begins with the four bytes of its key's id")
    return Signature(match[1], blob[:_ID_BYTES], blob[_ID_BYTES:])


def _has_controls(text: str) -> bool:
    return any(char < " " and char != "\n" for char in text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NoteIsMalformed("not base64") from error


def signed_by(note: Note, keys: Iterable[VerifierKey]) -> Mapping[VerifierKey, Signature]:
    """The known keys that stand for a note, with their signatures; unknown ones are passed over.

    Raises NoteIsForged when a known key's signature does not fit.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[VerifierKey, Signature] = {}
    for each in note.signatures:
        key = known.get((each.name, each.key_id))
        if key is None or key in found:
            continue
        if not key.fits(note.text, each.blob):
            raise NoteIsForged(key.name)
        found[key] = each
    return found
