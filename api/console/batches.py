"""Several claims and one act: looked at together before anything is written, each with its verdict.

An act that takes one claim is given once for each, so that one refusal keeps back no other; the
award takes all of them, in the order of the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.access import Caller
from api.console.acts import Thing, acting_for
from api.console.cells import grouped_yuan
from api.console.form_shapes import Form, Shape, body_of, shapes_of
from api.language import Language
from api.preparing import Asked, prepared
from api.problems import written_facts
from api.texts import breach_words, told
from ledger.case import Breach, Command
from ledger.facts.base import Fact
from ledger.looking import Onlooker
from ledger.refusals import Refusal
from ledger.reward_awards import AwardRewards
from ledger.reward_claims import ReturnReward
from ledger.reward_fund_state import Fund
from ledger.reward_stages import Reward
from ledger.sitting import Request
from projections.fact_titles import TITLES

CLAIMS_MAX: Final = 500
_TAKES: Final = ("reward", "claims")
"""The fields in which commands take claims."""


class Verdict(NamedTuple):
    """What becomes of one claim: `facts` in words (none where it is refused), and what is said
    of it."""

    reward: str
    facts: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """A fund before and after a batch, in fen: what may be awarded, and what the claims ask."""

    cap_fen: int
    before_fen: int
    after_fen: int
    asked_fen: int

    @property
    def over_fen(self) -> int:
        """By how much those chosen ask for more than is left."""
        return max(0, self.asked_fen - self.before_fen)


@dataclass(frozen=True, slots=True)
class Batch:
    """An act, the claims it is to be done to, what else was filled in, and the key of the form."""

    command: type[Command]
    claims: tuple[str, ...]
    given: Form
    caller: Caller
    key: str
    by_hand: bool = False

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """What is asked beside the claims: amounts only where the fund is awarded by hand; and
        always the reason of a return."""
        return tuple(
            replace(each, required=True, nullable=False)
            if (self.command, each.name) == (ReturnReward, "reason")
            else each
            for each in shapes_of(self.command)
            if each.name not in _TAKES and (each.name != "amounts_fen" or self.by_hand)
        )

    @property
    def complete(self) -> bool:
        """Whether nothing that is needed is missing."""
        body = body_of(self.shapes, self.given)
        return all(body.get(each.name) is not None for each in self.shapes if each.needed)

    async def requests(self, app: FastAPI) -> list[Request]:
        """The commands ready for the book. Raises Refusal(COMMAND_IS_MALFORMED)."""
        body = body_of(self.shapes, self.given)
        if self.command is AwardRewards:
            bodies: list[tuple[str, dict[str, Any]]] = [("", {"claims": list(self.claims)})]
        else:
            bodies = [(claim, {"reward": claim}) for claim in self.claims]
        made = []
        for claim, own in bodies:
            institution = acting_for(self.command, self.caller, Thing(claim))
            place = {} if institution is None else {"institution": institution}
            key = f"{self.key}/{claim}" if self.key else None
            asked = Asked(self.command.NAME, {**body, **own, **place}, self.caller, key)
            made.append((await prepared(asked, app)).request)
        return made

    def concerned(self, place: int) -> tuple[str, ...]:
        """The claims that the request at a place is about."""
        return self.claims if self.command is AwardRewards else (self.claims[place],)


async def looked_at(
    batch: Batch, app: FastAPI, fund: str, spoken: Language
) -> tuple[list[Verdict], Sums]:
    """What would become of each claim, and of the fund. Raises Refusal as `Batch.requests` does."""
    onlooker: Onlooker = app.state.onlooker
    requests = await batch.requests(app)
    looks = await run_in_threadpool(onlooker.looks, requests)
    states = await run_in_threadpool(onlooker.states, [fund, *batch.claims])
    verdicts: list[Verdict] = []
    for place, outcome in enumerate(looks.outcomes):
        decision, failure = outcome.decision, outcome.failure
        if failure is not None and not isinstance(failure, Refusal):
            raise failure
        facts = [new.fact for new in decision.new] if decision else []
        refusal = decision.refusal if decision else failure
        breaches = decision.breaches if decision else ()
        told_facts = [_Written(_about(fact), _told(fact, spoken)) for fact in facts]
        verdicts += _verdicts(batch.concerned(place), told_facts, refusal, breaches, spoken)
    before: Fund = states[fund]
    after: Fund = looks.changed.get(fund, (before, before))[1]
    asked_fen = sum(_asked_fen(states[claim]) for claim in batch.claims)
    cap_fen = before.terms.cap_fen if before.terms else 0
    return verdicts, Sums(cap_fen, before.left_fen, after.left_fen, asked_fen)


async def written(batch: Batch, app: FastAPI, spoken: Language) -> list[Verdict]:
    """Have each command written; what became of each claim. Raises as `Batch.requests` does.

    Sent again under the same key, it writes nothing twice and answers the same.
    """
    verdicts: list[Verdict] = []
    for place, request in enumerate(await batch.requests(app)):
        concerned = batch.concerned(place)
        try:
            answer = await app.state.writer.handle(request)
        except Refusal as refusal:
            verdicts += _verdicts(concerned, [], refusal, (), spoken)
            continue
        facts = [
            _Written(_named(fact["subjects"]), _title(fact["type"], spoken))
            for fact in written_facts(answer.written)
        ]
        verdicts += _verdicts(concerned, facts, answer.refusal, answer.breaches, spoken)
    return verdicts


class _Written(NamedTuple):
    reward: str
    told: str


def _verdicts(
    claims: Sequence[str],
    facts: Sequence[_Written],
    refusal: Refusal | None,
    breaches: Sequence[Breach],
    spoken: Language,
) -> list[Verdict]:
    """One verdict a claim; a refusal that names its claims is told of these alone."""
    named = refusal.values.get("claims") if refusal else None
    one = refusal.values.get("reward") if refusal else None
    found = []
    for claim in claims:
        own = tuple(each.told for each in facts if each.reward == claim)
        said = [breach_words(breach)[spoken] for breach in breaches]
        whose = named if isinstance(named, list) else claims if one is None else [one]
        if refusal is not None and claim in whose:
            said += told(refusal, spoken)
        found.append(Verdict(claim, own, tuple(said)))
    return found


def _asked_fen(reward: Reward) -> int:
    return 0 if reward.awarded_fen else reward.amount_fen


def _about(fact: Fact) -> str:
    return str(getattr(fact, "reward", ""))


def _told(fact: Fact, spoken: Language) -> str:
    title = TITLES[type(fact)]
    words = title.zh if spoken == "zh" else title.en
    fen = next((getattr(fact, each) for each in _AMOUNTS if hasattr(fact, each)), None)
    if fen is None:
        return words
    return f"{words} {grouped_yuan(fen)} {'元' if spoken == 'zh' else 'yuan'}"


_AMOUNTS: Final = ("amount_fen", "capped_fen")


def _title(topic: str, spoken: Language) -> str:
    title = next(words for fact, words in TITLES.items() if topic == fact.TOPIC)
    return title.zh if spoken == "zh" else title.en


def _named(subjects: Sequence[Mapping[str, Any]]) -> str:
    return str(subjects[0]["subject"])
