"""What a clause is: what a rule asks, whom it binds, and a function that finds what the facts show.

A catalogue is a list of clauses from one document, in one version.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from ledger.facts.opening import InstitutionKind
from ledger.policies import Mark
from projections.moment import Moment
from projections.tape import Tape


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing said in Chinese and in English."""

    zh: str
    en: str


class Bearing(StrEnum):
    """How an item bears on a clause."""

    EVIDENCE = "evidence"
    BREACH = "breach"
    GAP = "gap"
    DUE = "due"


ITEMS: Final = pl.Schema(
    {
        "institution": pl.String(),
        "bearing": pl.String(),
        "subject": pl.String(),
        "position": pl.Int64(),
        "on": pl.Date(),
        "due": pl.Date(),
        "code": pl.String(),
    }
)
"""One row a thing that bears on a clause.

`position` is the fact behind it (of a gap: the fact that asks for something), `on` that fact's
business date, `due` the last day for what is asked (null = none), `code` what is wrong or open
(null for evidence). Evidence is the presence of facts; it does not prove that they suffice.
"""

Items = Callable[[Tape, Moment], pl.LazyFrame]
"""What bears on a clause at a moment, in the columns of `ITEMS`, of every institution."""


class Status(StrEnum):
    """What the facts show of a clause for one institution; later ones give way to earlier ones."""

    NOT_APPLICABLE = "not-applicable"
    CONTRADICTED = "contradicted"
    MISSING = "missing"
    STALE = "stale"
    PARTIAL = "partial"
    EVIDENCED = "evidenced"


STATUS_WORDS: Final = {
    Status.NOT_APPLICABLE: Words("不适用（经批准）", "not applicable (by approved decision)"),
    Status.CONTRADICTED: Words("与事实相悖", "contradicted by facts"),
    Status.MISSING: Words("没有证据", "no evidence"),
    Status.STALE: Words("证据过期", "evidence is stale"),
    Status.PARTIAL: Words("部分有证据", "evidenced in part"),
    Status.EVIDENCED: Words("有证据", "evidenced"),
}

CAVEAT: Final = Words(
    "有证据只表示账上有相应的事实，不证明其充分、适当，也不是认证结论。",
    "Evidence means that such facts are on record. It does not prove that they suffice, and it is"
    " no certificate.",
)
"""To stand beside every assessment that a person reads."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of a catalogue.

    `requirement` is in this project's own words. `mend` names the commands by which `next_step`
    is done. Evidence older than `fresh_months` at the moment is stale (None: it never ages).
    `has_last_days` marks clauses whose items have days by which something is to be done. `mark`
    says how surely the rule is known, `source` where it stands.
    """

    id: str
    title: Words
    requirement: Words
    next_step: Words
    mend: tuple[str, ...]
    binds: frozenset[InstitutionKind]
    items: Items
    mark: Mark
    source: str
    fresh_months: int | None = None
    has_last_days: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The clauses of one document in one version; a change of any of them needs a new version."""

    id: str
    version: int
    title: Words
    source: str
    mark: Mark
    clauses: tuple[Clause, ...]

    def clause(self, clause_id: str) -> Clause:
        """The clause of this id. Raises ClauseIsUnknown."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise ClauseIsUnknown(self.id, clause_id)


class ClauseIsUnknown(LookupError):
    """A clause that a catalogue does not have."""

    def __init__(self, catalogue: str, clause: str) -> None:
        self.catalogue, self.clause = catalogue, clause
        super().__init__(f"catalogue {catalogue} has no clause {clause}")


ACADEMIC: Final[frozenset[InstitutionKind]] = frozenset({"university", "research-institute"})
"""Universities and research institutes (高校院所)."""
UNIVERSITIES: Final[frozenset[InstitutionKind]] = frozenset({"university"})
BUREAU: Final[frozenset[InstitutionKind]] = frozenset({"bureau"})
