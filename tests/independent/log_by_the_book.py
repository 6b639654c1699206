"""RFC 9162, RFC 8032 and the C2SP texts once more, by their own recursive definitions.

It shares no code with the ledger and none with the verifier, and is slow on purpose: every
function is the sentence of the specification it names.
"""

import base64
import hashlib
from typing import NamedTuple

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
Point = tuple[int, int]


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def half(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def tree_hash(entries: list[bytes]) -> bytes:
    """MTH, RFC 9162 section 2.1.1."""
    if not entries:
        return sha256()
    if len(entries) == 1:
        return sha256(b"\x00", entries[0])
    middle = half(len(entries))
    return sha256(b"\x01", tree_hash(entries[:middle]), tree_hash(entries[middle:]))


def inclusion(index: int, entries: list[bytes]) -> list[bytes]:
    """PATH, RFC 9162 section 2.1.3.1."""
    if len(entries) == 1:
        return []
    middle = half(len(entries))
    if index < middle:
        return [*inclusion(index, entries[:middle]), tree_hash(entries[middle:])]
    return [*inclusion(index - middle, entries[middle:]), tree_hash(entries[:middle])]


def consistency(first: int, entries: list[bytes], *, whole: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF, RFC 9162 section 2.1.4.1."""
    if first == len(entries):
        return [] if whole else [tree_hash(entries)]
    middle = half(len(entries))
    if first <= middle:
        step = tree_hash(entries[middle:])
        return [*consistency(first, entries[:middle], whole=whole), step]
    step = tree_hash(entries[:middle])
    return [*consistency(first - middle, entries[middle:], whole=False), step]


def add(a: Point, b: Point) -> Point:
    """RFC 8032 section 5.1: the law of the curve in affine coordinates."""
    product = CURVE * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, PRIME)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, PRIME)
    return x % PRIME, y % PRIME


def times(scalar: int, point: Point) -> Point:
    if scalar == 0:
        return 0, 1
    double = times(scalar // 2, add(point, point))
    return add(double, point) if scalar % 2 else double


def base_point() -> Point:
    """y = 4/5 and the even x that goes with it."""
    y = 4 * pow(5, -1, PRIME) % PRIME
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    root = pow(square, (PRIME + 3) // 8, PRIME)
    if root * root % PRIME != square:
        root = root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    return (root if root % 2 == 0 else PRIME - root), y


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def number_of(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


class SecretKey(NamedTuple):
    """An Ed25519 key made from 32 bytes of seed, with the C2SP name and kind it signs under."""

    name: str
    kind: int
    seed: bytes

    @property
    def scalar(self) -> int:
        low = int.from_bytes(hashlib.sha512(self.seed).digest()[:32], "little")
        return low & ~7 & (1 << 254) - 1 | 1 << 254

    @property
    def public(self) -> bytes:
        return encode(times(self.scalar, base_point()))

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode(), b"\n", bytes([self.kind]), self.public)[:4]

    @property
    def vkey(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def sign(self, message: bytes) -> bytes:
        """RFC 8032 section 5.1.6."""
        prefix = hashlib.sha512(self.seed).digest()[32:]
        nonce = number_of(prefix, message) % ORDER
        commitment = encode(times(nonce, base_point()))
        challenge = number_of(commitment, self.public, message) % ORDER
        return commitment + ((nonce + challenge * self.scalar) % ORDER).to_bytes(32, "little")

    def line(self, text: str) -> str:
        """The signature line of a C2SP signed note."""
        blob = self.key_id + self.sign(text.encode())
        return f"— {self.name} {base64.b64encode(blob).decode()}\n"

    def cosignature(self, text: str, seconds: int) -> str:
        """The line of a witness: C2SP tlog-cosignature, cosignature/v1."""
        signature = self.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        blob = self.key_id + seconds.to_bytes(8, "big") + signature
        return f"— {self.name} {base64.b64encode(blob).decode()}\n"


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """C2SP tlog-checkpoint without extension lines."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def tile_path(level: str, index: int, width: int) -> str:
    """C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]`, N in groups of three digits."""
    path = f"{index % 1000:03}"
    while index := index // 1000:
        path = f"x{index % 1000:03}/{path}"
    return f"tile/{level}/{path}" + (f".p/{width}" if width < 256 else "")


def tiles(entries: list[bytes]) -> dict[str, bytes]:
    """Every tile that a log of these entries serves, entry bundles included."""
    files = {}
    for first in range(0, len(entries), 256):
        part = entries[first : first + 256]
        bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
        files[tile_path("entries", first // 256, len(part))] = bundle
    hashes, level = [sha256(b"\x00", entry) for entry in entries], 0
    while hashes:
        for first in range(0, len(hashes), 256):
            part = hashes[first : first + 256]
            files[tile_path(str(level), first // 256, len(part))] = b"".join(part)
        whole = [hashes[at : at + 256] for at in range(0, len(hashes) // 256 * 256, 256)]
        hashes, level = [full_tile_hash(tile) for tile in whole], level + 1
    return files


def full_tile_hash(hashes: list[bytes]) -> bytes:
    """The hash of a perfect subtree over hashes."""
    if len(hashes) == 1:
        return hashes[0]
    middle = len(hashes) // 2
    return sha256(b"\x01", full_tile_hash(hashes[:middle]), full_tile_hash(hashes[middle:]))


def proof_file(index: int, path: list[bytes], checkpoint: str) -> str:
    """C2SP tlog-proof."""
    lines = [f"index {index}", *(base64.b64encode(step).decode() for step in path)]
    return "\n".join(["c2sp.org/tlog-proof@v1", *lines, "", checkpoint])
