"""Personal fields outside the log: one data key a person or bank line, destroyed to erase.

Facts carry commitments only; the salt that opens a commitment is part of the sealed field. Nothing
here touches a database: statements are handed to the book, which commits them with the facts.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.sitting import Statement

_NONCE, _SALT, _KEY = 12, 16, 32

KEEP_KEYS = "INSERT INTO vault.keys (key_id, wrapped) SELECT * FROM unnest(%b::text[], %b::bytea[])"
KEEP_FIELDS = (
    "INSERT INTO vault.fields (key_id, field, sealed) "
    "SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[])"
)
DESTROY = "DELETE FROM vault.keys WHERE key_id = %b"
READ = (
    "SELECT k.key_id, k.wrapped, f.field, f.sealed FROM vault.keys k "
    "JOIN vault.fields f USING (key_id) WHERE k.key_id = ANY (%b::text[])"
)
"""Rows for `Vault.reveal`: key id, wrapped key, field, sealed field."""


class VaultIsClosed(Exception):
    """The master key does not open this vault: it is another key, or the stored bytes changed."""


class Sealed(NamedTuple):
    """Fields made unreadable: commitments for the facts, statements for the vault's tables."""

    commitments: dict[str, str]
    statements: tuple[Statement, ...]


class Revealed(NamedTuple):
    """A field in the clear with the commitment that facts carry for it."""

    text: str
    commitment: str


def commitment(salt: bytes, field: str, text: str) -> str:
    """Salted commitment to a field's text, hex: SHA-256 keyed by a salt only the vault knows."""
    return hmac.new(salt, field.encode() + b"\0" + text.encode(), hashlib.sha256).hexdigest()


def derived_key(master: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose; purposes never share keys."""
    return HKDF(SHA256(), 32, None, b"zhiheng/" + purpose.encode()).derive(master)


class Vault:
    """Seals and reveals fields under keys wrapped by the master key (a file outside backups)."""

    def __init__(self, master: bytes, random: Callable[[int], bytes]) -> None:
        self._wrapping = AESGCM(derived_key(master, "vault"))
        self._random = random

    def seal(self, records: Mapping[str, Mapping[str, str]]) -> dict[str, Sealed]:
        """Seal fields under a fresh key for each record id (a person or a receipt)."""
        sealed = {key_id: self._seal_one(key_id, fields) for key_id, fields in records.items()}
        return {
            key_id: Sealed(made, _statements([rows])) for key_id, (made, rows) in sealed.items()
        }

    def seal_many(self, records: Mapping[str, Mapping[str, str]]) -> tuple[Statement, ...]:
        """The same for many records at once: two statements in all."""
        return _statements(
            [self._seal_one(key_id, fields)[1] for key_id, fields in records.items()]
        )

    def _seal_one(self, key_id: str, fields: Mapping[str, str]) -> "tuple[dict[str, str], _Rows]":
        key = self._random(_KEY)
        nonce = self._random(_NONCE)
        wrapped = nonce + self._wrapping.encrypt(nonce, key, key_id.encode())
        cipher = AESGCM(key)
        made, sealed = {}, []
        for field, text in fields.items():
            salt, nonce = self._random(_SALT), self._random(_NONCE)
            made[field] = commitment(salt, field, text)
            body = cipher.encrypt(nonce, salt + text.encode(), f"{key_id}/{field}".encode())
            sealed.append((field, nonce + body))
        return made, _Rows(key_id, wrapped, sealed)

    def reveal(
        self, rows: Iterable[tuple[str, bytes, str, bytes]]
    ) -> dict[str, dict[str, Revealed]]:
        """Fields in the clear, by record id; erased records are simply absent."""
        found: dict[str, dict[str, Revealed]] = {}
        keys: dict[str, AESGCM] = {}
        for key_id, wrapped, field, sealed in rows:
            try:
                cipher = keys.get(key_id) or AESGCM(
                    self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], key_id.encode())
                )
                body = cipher.decrypt(
                    sealed[:_NONCE], sealed[_NONCE:], f"{key_id}/{field}".encode()
                )
            except InvalidTag as error:
                raise VaultIsClosed(key_id) from error
            keys[key_id] = cipher
            salt, text = body[:_SALT], body[_SALT:].decode()
            found.setdefault(key_id, {})[field] = Revealed(text, commitment(salt, field, text))
        return found


class _Rows(NamedTuple):
    key_id: str
    wrapped: bytes
    sealed: list[tuple[str, bytes]]


def _statements(records: list[_Rows]) -> tuple[Statement, ...]:
    ids = [record.key_id for record in records]
    fields = [(record.key_id, field, body) for record in records for field, body in record.sealed]
    key_ids, names, bodies = ([row[n] for row in fields] for n in range(3))
    return (
        (KEEP_KEYS, (ids, [record.wrapped for record in records])),
        (KEEP_FIELDS, (key_ids, names, bodies)),
    )


def destroy(key_id: str) -> Statement:
    """Erase a record for good: without its key no copy of its fields can be read."""
    return DESTROY, (key_id,)
