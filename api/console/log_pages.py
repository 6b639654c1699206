"""The page about the sealed log: what is signed, by whom, and how anybody checks it."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.access import VisitorNow
from api.attested import Attested
from api.console.log_words import LOG_WORDS
from api.console.rendering import page, switched
from api.console.telling import shanghai
from api.cosigning import read_policy
from api.home import Home
from api.language import Language, language
from api.sealed import WAITING, Published, Waiting, published, waiting
from api.sealing import read_state
from api.settings import Settings, WrongSetting
from ledger.notes import NoteIsForged
from ledger.signing_keys import ADOPTED, adopted_of
from ledger.texts.text import Text
from ledger.witness_policy import standing_of

router = APIRouter(include_in_schema=False)


@router.get("/log")
async def log_page(request: Request, caller: VisitorNow) -> Response:
    """Origin, key, size and root, who cosigned, and whether anything waits or stands still."""
    if (turned := switched(request)) is not None:
        return turned
    home: Home = request.app.state.home
    spoken = language(request)
    w = {name: pair[0 if spoken == "zh" else 1] for name, pair in LOG_WORDS.items()}
    found = published(home.settings.log_folder)
    context: dict[str, Any] = {
        "w": w,
        "stopped": None,
        "checkpoint": None,
        "troubles": [],
        "attested": [],
    }
    state = read_state(home.settings) if caller is not None else None
    if state is not None and (words := state.told()) is not None:
        context["stopped"] = _said(words, spoken)
    if state is not None:
        context["troubles"] = [each.told(zh=spoken == "zh") for each in state.attested.troubles]
        context["attested"] = _attested(state.attested, w)
    if found is not None:
        async with request.app.state.pool.connection() as connection:
            size = found.checkpoint.head.size
            row = await (await connection.execute(WAITING, {"sealed": size})).fetchone()
            keys = adopted_of(await (await connection.execute(ADOPTED)).fetchall())
        behind = waiting(size, row, home.clock())
        context |= {
            "checkpoint": found.checkpoint,
            "vkey": str(keys[-1].key) if keys else "—",
            "recorded": shanghai(behind.recorded_at) if behind.recorded_at else None,
            "waiting": _behind(behind, w),
            "witnesses": _witnesses(home.settings, found, w),
        }
    return page(request, "log.html", context, headers={"cache-control": "no-cache"})


def _behind(behind: Waiting, w: dict[str, str]) -> str:
    if not behind.facts:
        return w["none_waiting"]
    return w["behind"].format(facts=behind.facts, seconds=round(behind.seconds, 1))


def _witnesses(settings: Settings, found: Published, w: dict[str, str]) -> list[str]:
    """Who cosigned the checkpoint, who did not, and whether that is enough."""
    if settings.witness_policy is None:
        return [w["no_policy"]]
    try:
        standing = standing_of(read_policy(settings.witness_policy), found.note)
    except (WrongSetting, NoteIsForged):
        return [w["not_met"]]
    lines = [w["met"] if standing.is_met else w["not_met"]]
    lines.append(w["counted"].format(have=standing.have, needed=standing.needed))
    if standing.cosigned:
        names = ", ".join(each.name for each in standing.cosigned)
        lines.append(w["cosigned"].format(names=names))
    if standing.missing:
        lines.append(w["missing"].format(names=", ".join(standing.missing)))
    return lines


def _attested(found: Attested, w: dict[str, str]) -> list[tuple[str, str]]:
    """The newest time stamp and the second suite, each under its title."""
    at = found.stamped_at
    stamp = shanghai(at) if at else w["stamp_none"] if found.stamps else w["stamp_off"]
    return [
        (w["stamp"], stamp),
        (w["suite"], w["suite_on"] if found.second_suite else w["suite_off"]),
    ]


def _said(words: Text, spoken: Language) -> dict[str, str]:
    zh = spoken == "zh"
    return {
        "rule": words.zh if zh else words.en,
        "mend": words.mend_zh if zh else words.mend_en,
    }
