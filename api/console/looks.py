"""What is looked at before it is written: facts, breaches and money left, in people's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from api.access import Caller
from api.console.cells import Names, called, grouped_yuan
from api.console.field_words import field_title
from api.console.keepers import keeper_names
from api.console.person_names import person_names
from api.console.spoken import spoken_titles
from api.console.telling import Teller, subjects_told
from api.home import Home
from api.language import Language
from api.rights import Kind, names_for, scope_of
from api.texts import breach_words
from ledger.actors import KEEPERS
from ledger.case import Command
from ledger.facts.base import Fact
from ledger.looking import Look
from ledger.reward_fund_state import Fund

_SEALED = "_commitment"
"""Fields of facts that stand for a text in the vault."""


def look_told(
    home: Home,
    caller: Caller,
    command: type[Command],
    given: Mapping[str, Sequence[str]],
    look: Look,
    spoken: Language,
) -> dict[str, Any]:
    """All that the page shows of a look. Blocks: use a thread."""
    facts = [(new.fact, new.fact.model_dump(mode="json")) for new in look.decision.new]
    mentioned = subjects_told({"payload": payload} for _, payload in facts) | set(look.changed)
    scope = scope_of(caller, Kind.PERSON)
    tape = home.reader.tape()
    names: dict[str, Any] = dict(names_for(tape, mentioned, scope))
    if scope:
        names |= person_names(home, mentioned)
    if caller.roles & KEEPERS:
        names |= keeper_names(home, tape, mentioned)
    names |= spoken_titles(home, tape, mentioned, spoken, scope, persons=bool(scope))
    teller = Teller(spoken, names, linked=False, capitals=True)
    new = {subject for subject, (before, _) in look.changed.items() if before == type(before)()}
    return {
        "facts": [
            {"title": teller.title(fact.TOPIC), "payload": _payload(teller, fact, payload, new)}
            for fact, payload in facts
        ],
        "private": [
            (field_title(name, spoken), "、".join(given[name]))
            for name in command.PRIVATE
            if "".join(given.get(name, ()))
        ],
        "breaches": [breach_words(breach)[spoken] for breach in look.decision.breaches],
        "caps": list(_caps(look, spoken, names)),
    }


def _payload(
    teller: Teller, fact: Fact, payload: Mapping[str, Any], new: Iterable[str]
) -> tuple[tuple[str, Any], ...]:
    """The fields people know: neither the id the fact has just been given nor what is sealed."""
    own = fact.subjects()[0]
    shown = {
        name: value
        for name, value in payload.items()
        if not name.endswith(_SEALED) and not (value == own and own in new)
    }
    return teller.fields(shown)


def _caps(look: Look, spoken: Language, names: Names) -> Iterator[dict[str, str]]:
    """What may still be awarded of each fund that the command touches."""
    for subject, (before, after) in look.changed.items():
        if isinstance(before, Fund) and isinstance(after, Fund) and before.terms and after.terms:
            yield {
                "fund": called(subject, spoken, names),
                "cap": grouped_yuan(after.terms.cap_fen),
                "before": grouped_yuan(before.left_fen),
                "after": grouped_yuan(after.left_fen),
            }
