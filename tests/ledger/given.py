"""A desk without a database: commands decided and folded in memory, as the book would."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from ledger.case import SHANGHAI, Case, Command, Decision, Recorded
from ledger.codec import leaf_hash
from ledger.declaration import Declaration
from ledger.folding import fold, initial
from ledger.refusals import Refusal, Refused


class Desk:
    """Facts in memory; every decision is folded in at once. No access check: that is the book's."""

    def __init__(self, *declarations: Declaration) -> None:
        self.declarations = {item.command: item for item in declarations}
        self.histories: dict[str, list[Recorded]] = defaultdict(list)
        self.facts: list[Recorded] = []

    # what a Case reads
    def state(self, subject: str) -> Any:
        """Folded state of a subject."""
        history = self.histories.get(subject)
        return fold(subject, history) if history else initial(subject)

    def history(self, subject: str) -> tuple[Recorded, ...]:
        """All facts of a subject."""
        return tuple(self.histories.get(subject, ()))

    def at(self, position: int) -> Recorded | None:
        """The fact at a position."""
        return self.facts[position] if 0 <= position < len(self.facts) else None

    # what a test does
    def do(
        self,
        command: Command,
        *,
        actor: str,
        institution: str,
        today: date,
        commitments: dict[str, str] | None = None,
    ) -> Decision:
        """Decide a command on a day at noon in Shanghai and fold in what it yields."""
        now = datetime.combine(today, time(12), SHANGHAI).astimezone(UTC)
        case = Case(actor, institution, now, self, None, commitments or {})
        decision = self.declarations[type(command)].decide(command, case)
        for new in decision.new:
            self._record(new, actor, institution, now)
        return decision

    def _record(self, new: Any, actor: str, institution: str, now: datetime) -> None:
        subjects = new.subjects()
        assert {ref.subject for ref in new.rests_on} <= set(subjects)
        position = len(self.facts)
        seen = Recorded(
            fact=new.fact,
            actor=actor,
            institution=new.institution or institution,
            recorded_at=now + timedelta(microseconds=position),
            sequences={s: len(self.histories[s]) + 1 for s in subjects},
            rests_on=new.rests_on,
            position=position,
            replaces=new.replaces,
            leaf=leaf_hash(str(position).encode()),
        )
        self.facts.append(seen)
        for subject in subjects:
            self.histories[subject].append(seen)

    def refuses(self, code: Refused, command: Command, **circumstances: Any) -> Refusal:
        """Expect a refusal with this code and nothing written."""
        before = len(self.facts)
        with pytest.raises(Refusal) as caught:
            self.do(command, **circumstances)
        assert caught.value.code is code, caught.value
        assert len(self.facts) == before
        return caught.value
