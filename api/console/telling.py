"""A stored fact told to people: its title, its fields with titles, codes and amounts as words."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from api.console.cells import Names, called, grouped_yuan, is_subject, opens
from api.console.field_words import field_title
from api.entries import Entry
from api.exports.cells import word_of
from api.language import Language
from ledger.case import SHANGHAI
from ledger.facts import FACTS
from ledger.money import capital_yuan
from projections.fact_titles import TITLES

_BY_TOPIC = {fact.TOPIC: TITLES[fact] for fact in FACTS}
_RATE = {"numerator", "denominator"}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORT = 8


class Told(NamedTuple):
    """A value: text, the subject it links to, or the parts (titled fields, else a list) of it."""

    text: str = ""
    subject: str | None = None
    fields: tuple[tuple[str, "Told"], ...] = ()
    items: tuple["Told", ...] = ()


class Teller(NamedTuple):
    """How to tell facts to one reader: the language, the names of subjects, and whether the
    histories of these are open to them. With `capitals` amounts are also said in capital numerals,
    as whoever is about to write them down has to look at them twice.
    """

    spoken: Language
    names: Names
    linked: bool = True
    capitals: bool = False

    def title(self, topic: str) -> str:
        """A fact's type as people read it; one this code no longer writes keeps its stored name."""
        title = _BY_TOPIC.get(topic)
        return topic if title is None else title.zh if self.spoken == "zh" else title.en

    def value(self, name: str, value: Any) -> Told:
        """A payload value under its field's name."""
        if is_subject(value):
            linked = self.linked and opens(value)
            return Told(called(value, self.spoken, self.names), value if linked else None)
        if isinstance(value, Mapping):
            if set(value) == _RATE:
                return Told(f"{value['numerator']}/{value['denominator']}")
            return Told(fields=self.fields(value))
        if isinstance(value, list):
            return Told(items=tuple(self.value(name, item) for item in value))
        return Told(self._plain(name, value))

    def fields(self, payload: Mapping[str, Any]) -> tuple[tuple[str, Told], ...]:
        """The fields that say something, with their titles."""
        return tuple(
            (field_title(name, self.spoken), self.value(name, value))
            for name, value in payload.items()
            if value is not None and value != []
        )

    def fact(self, item: Entry, entry: Mapping[str, Any], voided_by: int | None) -> dict[str, Any]:
        """All that the page shows of one fact."""
        actor, behalf = entry["actor"], entry["behalf"]
        return {
            "position": item.position,
            "leaf": item.leaf,
            "type": entry["type"],
            "title": self.title(entry["type"]),
            "effective": entry["effective"],
            "recorded": shanghai(datetime.fromisoformat(entry["recorded"])),
            "actor": actor,
            "actor_short": actor and called(actor, self.spoken, self.names),
            "behalf": behalf and called(behalf, self.spoken, self.names),
            "reason": entry["reason"],
            "replaces": entry["replaces"],
            "voided_by": voided_by,
            "evidence": [self._evidence(proof) for proof in entry["evidence"]],
            "payload": self.fields(entry["payload"]),
        }

    def _plain(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return {"zh": ("否", "是"), "en": ("no", "yes")}[self.spoken][value]
        if name.endswith("_fen") and isinstance(value, int):
            amount = f"{grouped_yuan(value)} {'元' if self.spoken == 'zh' else 'yuan'}"
            return f"{amount}（{capital_yuan(value)}）" if self.capitals else amount
        if isinstance(value, str) and _UUID.fullmatch(value):
            return f"{value[:_SHORT]}…"
        return word_of(name, value, self.spoken) if isinstance(value, str) else str(value)

    def _evidence(self, proof: Mapping[str, Any]) -> str:
        kind = word_of("evidence", proof["kind"], self.spoken)
        rest = [str(value) for name, value in proof.items() if name != "kind" and value is not None]
        return " · ".join([kind, *rest])


def shanghai(moment: datetime) -> str:
    """A time as clocks in Shanghai show it."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def subjects_told(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    """Every subject that these facts mention."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if is_subject(value):
            found.add(value)
        elif isinstance(value, Mapping):
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    for entry in entries:
        walk(entry["payload"])
    return found
