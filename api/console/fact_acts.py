"""Where a history page leads from a fact: to its correction or its voiding, if that can be done."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from api.access import Caller
from api.console.acts import Thing, acting_for
from api.entries import Entry
from ledger.case import Command
from ledger.corrections import CORRECTORS, CorrectFact, VoidFact
from ledger.facts import TOPICS
from ledger.looking import Onlooker
from ledger.sitting import Request


def corrections(
    onlooker: Onlooker,
    caller: Caller,
    entries: Sequence[tuple[Entry, Mapping[str, Any]]],
    undone: Collection[int],
    back: str,
) -> dict[int, dict[str, str]]:
    """Position of a fact to the addresses where the caller may correct or void it now."""
    if not CORRECTORS & caller.roles:
        return {}
    asked: list[tuple[int, str, Command]] = []
    for item, entry in entries:
        if item.position in undone or not TOPICS[entry["type"]].REPORTED:
            continue
        thing = Thing(entry["subjects"][0]["subject"], entry["institution"])
        said: dict[str, Any] = {
            "position": item.position,
            "leaf": item.leaf,
            "reason": "-",
            "institution": acting_for(VoidFact, caller, thing),
        }
        kept = CorrectFact.model_construct(**said, replacement=entry["payload"])
        asked.append((item.position, "correct", kept))
        asked.append((item.position, "void", VoidFact.model_construct(**said)))
    requests = [Request(each, caller.actor, "0" * 32) for _, _, each in asked]
    found: dict[int, dict[str, str]] = {}
    for (position, key, command), holds in zip(asked, onlooker.weighed(requests), strict=True):
        if holds is not None:
            sent = {"position": str(position), "back": f"{back}#p{position}"}
            if command.institution is not None:
                sent["institution"] = command.institution
            found.setdefault(position, {})[key] = f"/forms/{command.NAME}?{urlencode(sent)}"
    return found
