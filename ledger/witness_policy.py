"""Whose cosignatures a checkpoint needs (C2SP tlog-policy): logs, witnesses, groups, a quorum."""

from dataclasses import dataclass
from typing import assert_never

from ledger.notes import Note, VerifierKey, signed_by


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log whose checkpoints the policy takes."""

    key: VerifierKey
    address: str | None


@dataclass(frozen=True, slots=True)
class KnownWitness:
    """A witness; without an address nobody can ask it, only find its cosignatures."""

    name: str
    key: VerifierKey
    address: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Stands for a checkpoint when `needed` of its members do."""

    name: str
    needed: int
    members: tuple["KnownWitness | Group", ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses, and what counts as enough of them; no quorum is always met."""

    logs: tuple[KnownLog, ...]
    witnesses: tuple[KnownWitness, ...]
    quorum: KnownWitness | Group | None


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness that stands for the checkpoint, and when it did (Unix seconds, real time)."""

    name: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a checkpoint stands with a policy: `have` of the quorum's `members` stand for it,
    `needed` are asked for."""

    note: Note
    cosigned: tuple[Cosigned, ...]
    missing: tuple[str, ...]
    have: int
    needed: int
    members: int

    @property
    def is_met(self) -> bool:
        """Whether the quorum stands for the checkpoint."""
        return self.have >= self.needed


def standing_of(policy: Policy, note: Note) -> Standing:
    """How a note stands with a policy. Raises NoteIsForged for a known witness's bad signature."""
    found = signed_by(note, (witness.key for witness in policy.witnesses))
    cosigned = tuple(
        Cosigned(witness.name, int.from_bytes(found[witness.key].blob[:8], "big"))
        for witness in policy.witnesses
        if witness.key in found
    )
    names = {each.name for each in cosigned}
    needed, members = _asked(policy.quorum)
    return Standing(
        note,
        cosigned,
        tuple(each.name for each in policy.witnesses if each.name not in names),
        sum(_stands(member, names) for member in members),
        needed,
        len(members),
    )


def _asked(
    quorum: KnownWitness | Group | None,
) -> tuple[int, tuple[KnownWitness | Group, ...]]:
    """How many of whom a quorum asks for."""
    match quorum:
        case None:
            return 0, ()
        case Group():
            return quorum.needed, quorum.members
        case KnownWitness():
            return 1, (quorum,)
    assert_never(quorum)


def _stands(member: KnownWitness | Group, names: set[str]) -> bool:
    if isinstance(member, KnownWitness):
        return member.name in names
    return sum(_stands(each, names) for each in member.members) >= member.needed
