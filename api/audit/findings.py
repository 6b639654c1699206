"""What a check can find, a closed list, and the report that gathers it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ledger.merkle import Head

KEPT: Final = 1_000
"""Findings told of each step; more are counted."""


class Step(StrEnum):
    """What is looked at, in this order."""

    FILES = "files"
    SIGNATURES = "signatures"
    LEAVES = "leaves"
    ROWS = "rows"
    ENTRIES = "entries"
    CHAINS = "chains"
    HEADS = "heads"
    INVARIANTS = "invariants"
    READINGS = "readings"


class Found(StrEnum):
    """Everything that can be wrong."""

    FILE_IS_FOREIGN = "file_is_foreign"
    FILE_IS_MISSING = "file_is_missing"
    EVIDENCE_DIFFERS = "evidence_differs"
    PROOF_DOES_NOT_HOLD = "proof_does_not_hold"
    PROOF_IS_OF_ANOTHER_LOG = "proof_is_of_another_log"
    MANIFEST_DIFFERS = "manifest_differs"
    CHECKPOINT_IS_MALFORMED = "checkpoint_is_malformed"
    CHECKPOINT_IS_NOT_SIGNED = "checkpoint_is_not_signed"
    CHECKPOINT_IS_OF_ANOTHER_LOG = "checkpoint_is_of_another_log"
    CHECKPOINT_IS_BEHIND = "checkpoint_is_behind"
    SIGNATURE_DOES_NOT_FIT = "signature_does_not_fit"
    KEY_IS_NOT_ADOPTED = "key_is_not_adopted"
    COSIGNATURES_ARE_MISSING = "cosignatures_are_missing"
    LOG_IS_CUT_SHORT = "log_is_cut_short"
    FACT_IS_MISSING = "fact_is_missing"
    FACT_IS_ALTERED = "fact_is_altered"
    TILE_IS_MISSING = "tile_is_missing"
    TILE_IS_MALFORMED = "tile_is_malformed"
    TILE_IS_ALTERED = "tile_is_altered"
    ROOT_DIFFERS = "root_differs"
    COLUMN_DIFFERS = "column_differs"
    LEAF_DIFFERS = "leaf_differs"
    LINK_ROW_IS_MISSING = "link_row_is_missing"
    LINK_ROW_IS_FOREIGN = "link_row_is_foreign"
    COMMAND_ROW_IS_WRONG = "command_row_is_wrong"
    ENTRY_IS_UNREADABLE = "entry_is_unreadable"
    ENTRY_IS_NOT_CANONICAL = "entry_is_not_canonical"
    TYPE_IS_UNKNOWN = "type_is_unknown"
    ENTRY_DOES_NOT_FIT = "entry_does_not_fit"
    TIME_RUNS_BACK = "time_runs_back"
    SEQUENCE_JUMPS = "sequence_jumps"
    CHAIN_BREAKS = "chain_breaks"
    VOID_CONTRADICTS = "void_contradicts"
    REPLACEMENT_CONTRADICTS = "replacement_contradicts"
    GROUND_IS_UNKNOWN = "ground_is_unknown"
    HEADS_DIFFER = "heads_differ"
    RULE_IS_BROKEN = "rule_is_broken"
    ANSWER_DIFFERS = "answer_differs"


class Said(StrEnum):
    """What was not looked at, or not compared, and why."""

    NEEDS_WHOLE_LOG = "needs_whole_log"
    OTHER_VERSION = "other_version"
    OTHER_CODE = "other_code"
    NOT_IN_MANIFEST = "not_in_manifest"
    ENTRIES_ARE_DAMAGED = "entries_are_damaged"
    KEYS_ARE_NOT_PINNED = "keys_are_not_pinned"
    CLOCK_IS_SIMULATED = "clock_is_simulated"
    KEY_IS_FROM_LOG = "key_is_from_log"
    NOT_SEALED_YET = "not_sealed_yet"
    NO_HEADS_YET = "no_heads_yet"


class Finding(NamedTuple):
    """Something wrong: where it was found, what it is, the first position it concerns."""

    step: Step
    code: Found
    position: int | None
    values: Mapping[str, Any]


class Remark(NamedTuple):
    """Something that was left open, so that nobody takes it for passed."""

    step: Step
    code: Said
    values: Mapping[str, Any]


@dataclass
class Report:
    """What a check has found so far, step by step."""

    origin: str = ""
    head: Head = field(default_factory=lambda: Head(0, b""))
    institution: str | None = None
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    looked: Counter[Step] = field(default_factory=Counter)
    wrong: Counter[Step] = field(default_factory=Counter)
    complete: dict[str, int] = field(default_factory=dict)

    def find(self, step: Step, code: Found, position: int | None = None, **values: Any) -> None:
        """Something is wrong."""
        self.wrong[step] += 1
        if self.wrong[step] <= KEPT:
            self.findings.append(Finding(step, code, position, values))

    def remark(self, step: Step, code: Said, **values: Any) -> None:
        """Something was left open."""
        self.remarks.append(Remark(step, code, values))

    @property
    def first_wrong(self) -> int | None:
        """The first position that anything is wrong with."""
        positions = [each.position for each in self.findings if each.position is not None]
        return min(positions, default=None)

    @property
    def is_good(self) -> bool:
        """Whether nothing was found."""
        return not self.wrong
