"""The witness's page: whose logs it watches, how far, and its key for those who rely on it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.language import Language, language
from ledger.case import SHANGHAI
from ledger.witness import Seen, origin_digest

WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "title": "日志见证人",
        "about": "本见证人只联署与其此前所见一致的检查点；日志若改写历史，将得不到联署。",
        "key": "见证人公钥",
        "log": "日志",
        "size": "条目数",
        "when": "最近联署（北京时间）",
        "checkpoint": "检查点",
        "none": "尚未见过",
        "show": "查看",
        "switch": "English",
    },
    "en": {
        "title": "Log witness",
        "about": "This witness cosigns only checkpoints that continue what it saw before; "
        "a log that rewrites its history gets no cosignature.",
        "key": "Key of this witness",
        "log": "Log",
        "size": "Entries",
        "when": "Last cosigned (Beijing time)",
        "checkpoint": "Checkpoint",
        "none": "not seen yet",
        "show": "show",
        "switch": "中文",
    },
}

_template = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("page.html")


def witness_page(request: Request, vkey: str, logs: Iterable[Seen]) -> HTMLResponse:
    """The page in the reader's language."""
    spoken = language(request)
    text = _template.render(
        lang=spoken,
        other="en" if spoken == "zh" else "zh",
        t=WORDS[spoken],
        vkey=vkey,
        logs=[_row(each) for each in logs],
    )
    return HTMLResponse(text, headers={"cache-control": "no-cache", "content-language": spoken})


def _row(seen: Seen) -> dict[str, str | None]:
    when = datetime.fromtimestamp(seen.seconds, UTC).astimezone(SHANGHAI)
    return {
        "origin": seen.origin,
        "digest": origin_digest(seen.origin),
        "size": f"{seen.head.size:,}" if seen.head else None,
        "when": f"{when:%Y-%m-%d %H:%M:%S}",
    }
