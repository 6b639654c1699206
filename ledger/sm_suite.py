"""A second suite beside the log's own: the same entries under SM3, signed with SM2 (GB/T 32905,
GB/T 32918). It says nothing about the certification of whatever computes it.

The library for SM2 is an extra (`gm`) and is asked for only where a key is; SM3 needs none.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SM3, Hash

from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.merkle import HASH_BYTES, Edge, Head
from ledger.notes import Note, Signature, parse_note
from ledger.tiles import put

CHECKPOINT, EDGE, PUBLIC_KEY = "checkpoint.sm", "checkpoint.sm.edge", "checkpoint.sm.pem"
"""Files in the log's folder: the signed note, what its tree goes on from, the key to check it."""

_KIND = b"\xffzhiheng-sm2-with-sm3"
"""No byte is assigned to SM2 in the signed-note format; 0xff and a long name stand in for one."""


class SuiteIsMissing(Exception):
    """The extra `gm` is not installed."""


class SmKeyIsMalformed(ValueError):
    """The file holds no SM2 private key in PEM without a password."""


def sm3(data: bytes) -> bytes:
    """The SM3 hash (GB/T 32905)."""
    hashing = Hash(SM3())
    hashing.update(data)
    return hashing.finalize()


def sm_leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sm3(b"\x00" + entry)


def sm_node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sm3(b"\x01" + left + right)


class SmSigner:
    """An SM2 key under a name; signatures are DER, over SM3, with the default user id."""

    def __init__(self, name: str, pem: bytes) -> None:
        """Raises SuiteIsMissing and SmKeyIsMalformed."""
        try:
            from tongsuopy.crypto import exceptions, hashes, serialization
            from tongsuopy.crypto.asymciphers import ec
        except ImportError as error:
            raise SuiteIsMissing from error
        try:
            key: Any = serialization.load_pem_private_key(pem, None)
        except (ValueError, TypeError, exceptions.UnsupportedAlgorithm) as error:
            raise SmKeyIsMalformed(str(error)) from error
        if getattr(getattr(key, "curve", None), "name", None) != ec.SM2.name:
            raise SmKeyIsMalformed("not a key of the curve SM2")
        self.name, self._key = name, key
        self._public: Any = key.public_key()
        self._algorithm, self._unfit = ec.ECDSA(hashes.SM3()), exceptions.InvalidSignature
        point = self._public.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.public_pem: bytes = self._public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.key_id = hashlib.sha256(name.encode() + b"\n" + _KIND + point).digest()[:4]

    def sign(self, text: str) -> Signature:
        """Stand for a text."""
        return Signature(self.name, self.key_id, self._key.sign(text.encode(), self._algorithm))

    def stands_for(self, note: Note) -> bool:
        """Whether this key signed the note."""
        for each in note.signatures:
            if (each.name, each.key_id) == (self.name, self.key_id):
                try:
                    self._public.verify(each.blob, note.text.encode(), self._algorithm)
                except self._unfit:
                    return False
                return True
        return False


def sm_origin(origin: str) -> str:
    """The name of the log's SM3 tree: one origin never has two roots at one size."""
    return f"{origin}/sm3"


class SmSuite:
    """Follows the log of a folder and keeps `checkpoint.sm` in it."""

    def __init__(self, folder: Path, signer: SmSigner) -> None:
        """Goes on where the files stand; what the key did not sign is hashed again."""
        self._folder, self._signer = folder, signer
        self._edge = self._kept() or Edge(join=sm_node_hash)
        folder.mkdir(parents=True, exist_ok=True)
        put(folder / PUBLIC_KEY, signer.public_pem)

    @property
    def size(self) -> int:
        """So many entries are under the newest checkpoint."""
        return self._edge.size

    def follow(self, size: int, entries: Callable[[int, int], Iterable[bytes]]) -> None:
        """Bring the checkpoint to the log's first `size` entries, of which `entries(first, last)`
        gives those still to be hashed. Nothing happens where nothing is new."""
        if size <= self._edge.size:
            return
        for entry in entries(self._edge.size, size):
            self._edge.add(sm_leaf_hash(entry))
        head = Head(self._edge.size, self._edge.root())
        text = Checkpoint(self._signer.name, head).text
        lines = [str(head.size), *(base64.b64encode(each).decode() for each in self._edge.hashes)]
        put(self._folder / EDGE, "".join(f"{line}\n" for line in lines).encode())
        put(self._folder / CHECKPOINT, bytes(Note(text, (self._signer.sign(text),))))

    def _kept(self) -> Edge | None:
        """The edge on the disk, if the signed checkpoint beside it is of the same tree."""
        try:
            note = parse_note((self._folder / CHECKPOINT).read_bytes())
            checkpoint = parse_checkpoint(note.text)
            edge = _parse_edge((self._folder / EDGE).read_text())
        except (FileNotFoundError, ValueError):
            return None
        told = Checkpoint(self._signer.name, Head(edge.size, edge.root()))
        return edge if checkpoint == told and self._signer.stands_for(note) else None


def _parse_edge(text: str) -> Edge:
    """Read an edge as it is kept. Raises ValueError."""
    size, *lines = text.splitlines()
    hashes = [base64.b64decode(line, validate=True) for line in lines]
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ValueError("a hash has 32 bytes")
    return Edge(int(size), hashes, sm_node_hash)
