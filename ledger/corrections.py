"""Corrections of what was reported: a fact is voided, and another may stand in its place."""

import json
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import Field, JsonValue, ValidationError

from ledger.access import Actor, need_another_person
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import FACTS, FactVoided, ReceiptClaimed, ReceiptRefunded
from ledger.facts.base import Fact
from ledger.folding import standing
from ledger.mentions import need_within
from ledger.receipts import Receipt
from ledger.refusals import Refusal, Refused
from ledger.replacements import need_sound_replacement
from ledger.subjects import Digest
from ledger.wrong_fields import dates_beyond, wrong_fields

CORRECTORS = frozenset({Role.FINANCE_APPROVER, Role.CENTRE_REVIEWER, Role.BUREAU_APPROVER})

_NAMED_ONLY = ("counterparty", "reciprocal")
"""Fields that name a subject whose chain the fact does not continue."""

Position = Annotated[int, Field(ge=0)]


# --- Commands


class VoidFact(Command):
    """Declare that a reported fact was wrong and that nothing stands in its place.

    `leaf` is the fact's hash: it shows that the caller looked at what is to be voided.
    """

    NAME: ClassVar[str] = "fact.void"
    ZH: ClassVar[str] = "作废事实"
    EN: ClassVar[str] = "Void a fact"
    ROLES: ClassVar[frozenset[Role] | None] = CORRECTORS
    position: Position
    leaf: Digest


class CorrectFact(Command):
    """Put another fact of the same type in the place of a reported one.

    `replacement` is the whole new payload as JSON, amounts in fen, dates as YYYY-MM-DD.
    """

    NAME: ClassVar[str] = "fact.correct"
    ZH: ClassVar[str] = "更正事实"
    EN: ClassVar[str] = "Correct a fact"
    ROLES: ClassVar[frozenset[Role] | None] = CORRECTORS
    position: Position
    leaf: Digest
    replacement: dict[str, JsonValue]


# --- decide


def void_fact(command: VoidFact, case: Case) -> Decision:
    """Void a reported fact. Refused while a standing fact rests on it."""
    seen = _correctable(command, case)
    resting = _resting_on(seen, case)
    if resting:
        raise Refusal(
            Refused.LIVE_FACTS_REST_ON_IT, position=command.position, resting=sorted(resting)
        )
    return Decision((_void(command, case, seen),))


def correct_fact(command: CorrectFact, case: Case) -> Decision:
    """Void a reported fact and put a replacement in its place, in one commit.

    What rests on the fact is no hindrance: it then rests on the replacement, and what no longer
    fits shows as a breach. Refuses a payload its type does not allow, another own subject, other
    subjects the corrector's institution has no part in, and what contradicts itself.
    """
    seen = _correctable(command, case)
    fact = _parsed(type(seen.fact), command.replacement)
    before, after = seen.fact.subjects(), fact.subjects()
    if after[0] != before[0]:
        raise Refusal(
            Refused.REPLACEMENT_HAS_ANOTHER_SUBJECT, subject=after[0], voided_subject=before[0]
        )
    need_sound_replacement(seen.fact, fact)
    _need_money_to_refund(seen.fact, fact, case)
    brought_in = [subject for subject in after if subject not in seen.sequences]
    named = (getattr(fact, name, None) for name in _NAMED_ONLY)
    for subject in (*brought_in, *(name for name in named if name is not None)):
        need_within(case, subject, seen.institution)
    grounds = (_first_of(subject, case) for subject in brought_in)
    new = New(
        fact,
        rests_on=(*seen.rests_on, *grounds),
        institution=seen.institution,
        replaces=command.position,
        touching=tuple(seen.sequences),
    )
    return Decision((_void(command, case, seen), new))


def _correctable(command: VoidFact | CorrectFact, case: Case) -> Recorded:
    """The fact a correction names, if it may be corrected by whoever asks.

    Another institution's fact is as unknown as none; only the bureau corrects for all. Whoever
    recorded a fact does not correct it: a mistake is worth a second pair of eyes every time. What
    a reversal was reckoned from is corrected once the reversal is voided.
    """
    if command.reason is None:
        raise Refusal(Refused.REASON_IS_NEEDED, command=command.NAME)
    seen = case.reader.at(command.position)
    if seen is None or not (seen.institution == case.institution or _is_bureau(case)):
        raise Refusal(Refused.POSITION_IS_UNKNOWN, position=command.position)
    if seen.leaf != command.leaf:
        raise Refusal(Refused.LEAF_DOES_NOT_MATCH, position=command.position, leaf=seen.leaf)
    if not seen.fact.REPORTED:
        raise Refusal(Refused.FACT_IS_A_DECISION, position=command.position, type=seen.fact.TOPIC)
    history = case.reader.history(seen.fact.subjects()[0])
    if command.position in _voided(history):
        raise Refusal(Refused.FACT_IS_VOIDED_ALREADY, position=command.position)
    need_another_person(case, seen.actor, done=seen.fact.TOPIC)
    _need_no_reversal(seen, case)
    return seen


def _is_bureau(case: Case) -> bool:
    """Whether the bureau itself corrects: another of its roles beside a local one is not enough."""
    return Role.BUREAU_APPROVER in case.read(Actor, case.actor).roles(case.today)


def _need_no_reversal(seen: Recorded, case: Case) -> None:
    """A reversal states what was left of the receipt; what it was reckoned from stays till then."""
    if not isinstance(seen.fact, (ReceiptClaimed, ReceiptRefunded)):
        return
    if case.read(Receipt, seen.fact.receipt).reversed:
        raise Refusal(Refused.RECEIPT_IS_REVERSED, receipt=seen.fact.receipt)


def _void(command: VoidFact | CorrectFact, case: Case, seen: Recorded) -> New:
    fact = FactVoided(
        voided=command.position,
        voided_leaf=command.leaf,
        touched=tuple(seen.sequences),
        on=case.today,
    )
    return New(fact, institution=seen.institution)


def _voided(history: Iterable[Recorded]) -> set[int]:
    return {seen.fact.voided for seen in history if isinstance(seen.fact, FactVoided)}


def _resting_on(seen: Recorded, case: Case) -> set[int]:
    """Positions of live facts that rest on a fact, or on one it came to stand for."""
    histories = {subject: case.reader.history(subject) for subject in seen.sequences}
    places = set(seen.sequences.items())
    by_position = {other.position: other for history in histories.values() for other in history}
    # What rested on a voided fact rests on its replacement; nobody writes the new place down.
    original = by_position.get(seen.replaces) if seen.replaces is not None else None
    while original is not None:
        places |= set(original.sequences.items())
        original = by_position.get(original.replaces) if original.replaces is not None else None
    return {
        other.position
        for history in histories.values()
        for other in history
        if other.position is not None
        and other.position not in _voided(history)
        and any((ref.subject, ref.sequence) in places for ref in other.rests_on)
    }


def _parsed(kind: type[Fact], payload: dict[str, Any]) -> Fact:
    """The payload as a fact; refused with every error, without repeating what was given."""
    if _has_float(payload):
        problem = {"field": "replacement", "rule": "whole_number_needed"}
        raise _malformed(errors=[{**problem, "message": "numbers must be whole"}])
    try:
        fact = kind.model_validate_json(json.dumps(payload))
    except ValidationError as wrong:
        # its text would repeat what was given
        raise _malformed(**wrong_fields(wrong, "replacement")) from None
    if beyond := dates_beyond(fact, "replacement"):
        raise _malformed(errors=beyond)
    return fact


def _malformed(**values: Any) -> Refusal:
    return Refusal(Refused.COMMAND_IS_MALFORMED, command=CorrectFact.NAME, **values)


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_float(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_float(item) for item in value)
    return isinstance(value, float)


def _need_money_to_refund(before: Fact, after: Fact, case: Case) -> None:
    """A corrected refund takes no more than was there without it, in fen."""
    if not (isinstance(before, ReceiptRefunded) and isinstance(after, ReceiptRefunded)):
        return
    receipt = case.read(Receipt, after.receipt)
    part = None if after.number is None else receipt.allocations.get(after.number)
    there_fen = before.amount_fen + (receipt.free_fen if part is None else part.received_fen)
    if after.amount_fen > there_fen:
        raise Refusal(
            Refused.MORE_THAN_IS_THERE,
            receipt=after.receipt,
            amount_fen=after.amount_fen,
            there_fen=there_fen,
        )


def _first_of(subject: str, case: Case) -> Ref:
    """The fact that made a subject known: what a replacement that brings it in rests on."""
    first = standing(case.reader.history(subject))[0]
    return Ref(subject, first.sequences[subject])


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(VoidFact, void_fact, (FactVoided,)),
    Declaration(
        CorrectFact,
        correct_fact,
        (FactVoided, *(fact for fact in FACTS if fact.REPORTED)),
    ),
)
