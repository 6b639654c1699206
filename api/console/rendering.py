"""Templates and their words: every page is rendered here, in the reader's language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from api.console.words import WORDS
from api.exports.cells import policy_called
from api.language import LANGUAGE_COOKIE, language
from api.stamps import CODE

STATIC = Path(__file__).parent / "static"

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_templates.globals["policy_called"] = policy_called


def favicon(_: Request) -> Response:
    """The sign of this site for browsers that ask for it by its old name."""
    return FileResponse(STATIC / "favicon.svg", headers={"cache-control": "max-age=86400"})


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page in the reader's language; `request.state.around` says what a signed-in person sees
    around it (`signed_in`, `sees_desk`)."""
    spoken = language(request)
    other = "en" if spoken == "zh" else "zh"
    text = _templates.get_template(template).render(
        {
            "signed_in": False,
            "sees_desk": False,
            "sees_funds": False,
            "sees_lists": False,
            "sees_figures": False,
            "sees_audit": False,
            "gives_rights": False,
            "program": CODE,
            "rules": (),
            "just_recorded": _just_recorded(request, context),
            **getattr(request.state, "around", {}),
            **context,
            "lang": spoken,
            "t": WORDS[spoken],
            "switch": switch_address(request, other),
        }
    )
    sent = {"cache-control": "private, no-cache", "vary": "cookie", **(headers or {})}
    return HTMLResponse(text, status, sent | {"content-language": spoken})


def _just_recorded(request: Request, context: Mapping[str, Any]) -> str | None:
    """The position of what was recorded before coming back here, unless the page says it."""
    position = request.query_params.get("recorded", "")
    return position if position.isdecimal() and "recorded" not in context else None


def switched(request: Request) -> Response | None:
    """The language switch: kept in a cookie, and gone from the address."""
    spoken = request.query_params.get("lang")
    if spoken not in ("zh", "en"):
        return None
    target = request.url.remove_query_params("lang")
    answer = RedirectResponse(f"{target.path}?{target.query}".rstrip("?"), 303)
    answer.set_cookie(LANGUAGE_COOKIE, spoken, max_age=365 * 24 * 3600, samesite="lax")
    return answer


def here(request: Request) -> str:
    """The address of this page, to come back to."""
    url = request.url.remove_query_params("recorded")
    return f"{url.path}?{url.query}".rstrip("?")


def switch_address(request: Request, other: str) -> str:
    """This page in the other language; pages made by a form lead to the first page instead."""
    if request.method != "GET" or request.url.path == "/sign-in":
        return f"/?lang={other}"
    url = request.url.include_query_params(lang=other)
    return f"{url.path}?{url.query}"
