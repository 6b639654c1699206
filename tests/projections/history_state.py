"""What a history under way has said so far, and the few days and subjects it speaks of."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from ledger.facts import Fact
from ledger.identifiers import patent_check_digit
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, Story

OPENED: Final = date(2022, 1, 3)
DAYS: Final = (
    date(2022, 1, 3),
    date(2022, 6, 30),
    date(2022, 12, 30),
    date(2022, 12, 31),
    date(2023, 1, 1),
    date(2023, 1, 2),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
)
"""Business days of all facts: around the turn of a year and a leap day."""
TOLD: Final = date(2024, 6, 1)
"""Everything is recorded after it happened."""

Tell = Callable[["History", int, int], Fact | None]
"""One step: a fact, or none where it makes no sense."""


def _patent(number: int) -> str:
    body = f"2022{(1, 1, 2)[number % 3]}{number:07}"
    return f"patent:{body}{patent_check_digit(body)}"


PATENTS: Final = tuple(_patent(number) for number in range(4))
FIRMS: Final = (given.FIRM, "counterparty:91310000MA1FL0002L")


@dataclass
class History:
    """A story being told, with what has been said so far and still stands."""

    story: Story = field(default_factory=Story)
    standing: dict[int, Fact] = field(default_factory=dict)
    told: Counter[type[Fact]] = field(default_factory=Counter)

    def of(self, kind: type[Fact]) -> list[Any]:
        """The standing facts of a type."""
        return [fact for fact in self.standing.values() if isinstance(fact, kind)]

    def tell(self, fact: Fact, institution: str = ALPHA) -> None:
        """Add a fact."""
        position = self.story.tell(fact, on=TOLD, institution=institution)
        self.standing[position] = fact
        self.told[type(fact)] += 1

    def names(self, subject: str) -> int:
        """How many standing facts are about a subject."""
        return sum(subject in fact.subjects() for fact in self.standing.values())


def day_of(number: int) -> date:
    """One of the days."""
    return DAYS[number % len(DAYS)]


def pick(items: list[Any], number: int) -> Any | None:
    """One of the items, if there are any."""
    return items[number % len(items)] if items else None
