"""Who may act: what waits for a second person, who holds what, and what one alone once gave."""

from typing import Any
from urllib.parse import urlencode

import psycopg
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import Caller, CallerNow
from api.console.person_names import person_names
from api.console.rendering import page, switched
from api.exports.cells import word_of
from api.home import Home
from api.language import Language, language
from api.standing_rights import Waiting, actors, unbacked, waiting_proposals
from ledger.access import Actor
from ledger.actors import KEEPERS
from ledger.refusals import Refusal, Refused
from projections.subject_names import subject_names

router = APIRouter(include_in_schema=False)


@router.get("/access")
async def access_page(request: Request, caller: CallerNow) -> Response:
    """Proposals waiting, actors with their roles and tokens, and rights no two persons stand for.

    Raises Refusal(ROLE_IS_MISSING) for anybody who gives no rights.
    """
    if (turned := switched(request)) is not None:
        return turned
    if not caller.roles & KEEPERS:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(KEEPERS))
    told = await run_in_threadpool(_told, request.app.state.home, caller, language(request))
    return page(request, "access.html", told)


def _told(home: Home, caller: Caller, spoken: Language) -> dict[str, Any]:
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        known = actors(connection)
        waiting = list(waiting_proposals(connection))
        alone = list(unbacked(connection, known))
    teller = _Teller(home, known, spoken)
    return {
        "waiting": [teller.waiting(each, caller) for each in waiting],
        "alone": [
            {
                "who": teller.actor(each.holder),
                "what": teller.right(each.role, each.scope),
                "affirm": _form(
                    "right.affirm", holder=each.holder, role=each.role, scope=each.scope
                ),
            }
            for each in alone
        ],
        "actors": [
            {
                "who": teller.actor(holder),
                "id": holder,
                "grants": [
                    {
                        "what": teller.right(grant.role, grant.scope),
                        "from": grant.starts,
                        "until": grant.ends,
                        "revoke": _form(
                            "role.revoke", holder=holder, role=grant.role, scope=grant.scope
                        ),
                    }
                    for grant in state.grants
                    if grant.ends is None or grant.ends >= caller.day
                ],
                "tokens": [
                    {
                        "until": until.date(),
                        "revoke": _form("token.revoke", holder=holder, token=token),
                    }
                    for token, until in state.tokens.items()
                    if until > home.clock()
                ],
                "grant": _form("role.grant", holder=holder),
                "token": _form("token.issue", holder=holder),
            }
            for holder, state in known.items()
        ],
        "register_person": _form("person.register"),
        "register_actor": _form("actor.register"),
    }


def _form(name: str, **filled: Any) -> str:
    """The address of a form, filled in beforehand, which leads back to this page."""
    said = {key: str(value) for key, value in filled.items() if value is not None}
    return f"/forms/{name}?{urlencode({**said, 'back': '/access'})}"


class _Teller:
    """Calls people and places by their names."""

    def __init__(self, home: Home, known: dict[str, Actor], spoken: Language) -> None:
        self._spoken, self._known, self._at = spoken, known, 0 if spoken == "zh" else 1
        persons = {state.person for state in known.values() if state.person}
        scopes = {g.scope for state in known.values() for g in state.grants if g.scope}
        self._names = subject_names(home.reader.tape(), scopes) | person_names(home, persons)

    def actor(self, actor: str) -> str:
        person = self._known[actor].person if actor in self._known else None
        named = self._names.get(person or "")
        return (
            named[0 if self._spoken == "zh" else 1] if named else actor.removeprefix("actor:")[:8]
        )

    def right(self, role: Any, scope: str | None) -> str:
        words = word_of("role", role, self._spoken) if role else ""
        place = self._names.get(scope or "")
        return " · ".join(each for each in (words, place[self._at] if place else "") if each)

    def waiting(self, each: Waiting, caller: Caller) -> dict[str, Any]:
        right = each.right
        return {
            "gives": word_of("gives", right.gives, self._spoken),
            "who": self.actor(right.holder),
            "what": self.right(right.role, right.scope),
            "proposer": self.actor(each.proposer),
            "own": each.proposer == caller.actor,
            "confirm": _form("right.confirm", proposal=each.proposal),
            "decline": _form("right.decline", proposal=each.proposal),
        }
