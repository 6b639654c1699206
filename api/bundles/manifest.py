"""MANIFEST.json: which log a bundle holds, how far, and what the readings said of it."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from api.bundles.faults import BundleFault, Malformed
from ledger.subjects import Digest, InstitutionId, PolicyId, Text

FORMAT: Final = 1
"""Grows when an older program could misread a bundle."""

NAME: Final = "MANIFEST.json"

_SIZE_MAX: Final = 2**53


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Format(_Part):
    kind: Literal["zhiheng-bundle"]
    format: Annotated[int, Field(ge=1, strict=True)]


class CodeVersion(_Part):
    """Which program made the bundle: its release, and a digest of its files."""

    release: str
    digest: Digest


class Rule(_Part):
    """A version of a policy that the readings used."""

    policy: PolicyId
    version: int
    digest: Digest


class Said(_Part):
    """What a view or figure said: number of rows, and the SHA-256 of its canonical NDJSON.

    Both are null where the part that the bundle holds does not yield it: `needs_whole_log`.
    """

    name: str
    version: int
    rows: int | None
    sha256: Digest | None
    needs_whole_log: bool = False


class Manifest(_Part):
    """The whole file. `institution` null is the whole log; `root` is in hex; what a later version
    of this program adds without changing the format is passed over."""

    kind: Literal["zhiheng-bundle"] = "zhiheng-bundle"
    format: int = FORMAT
    origin: Text
    vkey: Text
    size: Annotated[int, Field(ge=1, le=_SIZE_MAX)]
    root: Digest
    institution: InstitutionId | None = None
    as_of: date
    made_at: AwareDatetime
    code: CodeVersion
    rules: tuple[Rule, ...]
    answers: tuple[Said, ...]


def as_bytes(manifest: Manifest) -> bytes:
    """The file as it is written."""
    return manifest.model_dump_json(indent=1).encode() + b"\n"


def parse_manifest(data: bytes) -> Manifest:
    """Read the file. Raises BundleFault: one of a newer format has a code of its own."""
    try:
        told = _Format.model_validate_json(data)
    except ValidationError as wrong:
        raise BundleFault(Malformed.MANIFEST_IS_MALFORMED, field="format") from wrong
    if told.format > FORMAT:
        raise BundleFault(Malformed.FORMAT_IS_NEWER, format=told.format, known=FORMAT)
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as wrong:
        field = ".".join(map(str, wrong.errors()[0]["loc"]))
        raise BundleFault(Malformed.MANIFEST_IS_MALFORMED, field=field) from wrong
