"""The evidence store: a folder in which every document lies under the SHA-256 of its bytes."""

import hashlib
import mimetypes
import os
import tempfile
from pathlib import Path, PurePath

from ledger.refusals import Refusal, Refused
from ledger.tiles import keep_name

EVIDENCE_BYTES_MAX = 48 << 20
"""One document; what is larger is split, or stays where it is and is named by its hash."""

_OFFICE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
)


class EvidenceStore:
    """Documents by hash in a folder; what is there once is never written again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes) -> str:
        """Put bytes into the store and answer their hash; safe on disk when this returns.

        Raises Refusal(EVIDENCE_IS_TOO_LARGE).
        """
        if len(data) > EVIDENCE_BYTES_MAX:
            raise Refusal(Refused.EVIDENCE_IS_TOO_LARGE, bytes=len(data), max=EVIDENCE_BYTES_MAX)
        sha256 = hashlib.sha256(data).hexdigest()
        place = self._place(sha256)
        if not place.exists() or place.read_bytes() != data:
            _write(place, data)
        return sha256

    def read(self, sha256: str) -> bytes:
        """The bytes of a hash. Raises Refusal(EVIDENCE_IS_MISSING), also for altered bytes."""
        place = self._place(sha256)
        data = place.read_bytes() if place.is_file() else b""
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal(Refused.EVIDENCE_IS_MISSING, document=f"evidence:{sha256}")
        return data

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _write(place: Path, data: bytes) -> None:
    """Write bytes so that a reader sees all of them or none, also after a crash."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".", delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(place)
    # The folder of the first two digits may be new itself.
    for each in (place, place.parent):
        keep_name(each)


def suffix(media_type: str) -> str:
    """The end of a file's name by which programs know what is in it; none for unknown bytes."""
    known = {kind: end for end, kind in _OFFICE.items()}
    return known.get(media_type) or mimetypes.guess_extension(media_type.partition(";")[0]) or ""


def media_type(data: bytes, filename: str) -> str:
    """What bytes are by their beginning, and office files by their name besides."""
    known = next((kind for start, kind in _BEGINNINGS if data.startswith(start)), None)
    if known == "application/zip":
        return _OFFICE.get(PurePath(filename).suffix.lower(), known)
    if known is not None:
        return known
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if "\x00" in text else "text/plain; charset=utf-8"
