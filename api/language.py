"""In which language somebody is answered: Chinese unless they asked for English."""

from typing import Literal

from starlette.requests import Request

Language = Literal["zh", "en"]

LANGUAGE_COOKIE = "zhiheng_lang"
SESSION_COOKIE = "zhiheng_session"


def language(request: Request) -> Language:
    """The reader's language: the page's switch, then for programs their Accept-Language.

    Browsers send the language of their menus, which says little about an office in Shanghai, so
    a page is Chinese until its reader switches it.
    """
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("zh", "en"):
        return "en" if chosen == "en" else "zh"
    if wants_page(request) or SESSION_COOKIE in request.cookies:
        return "zh"
    return preferred(request.headers.get("accept-language", ""))


def wants_page(request: Request) -> bool:
    """Whether the caller is a browser that shows pages."""
    return "text/html" in request.headers.get("accept", "")


def preferred(header: str) -> Language:
    """The better liked of zh and en in an Accept-Language header; zh when neither is named."""
    best: dict[str, float] = {}
    for item in header.split(","):
        tag, _, parameter = item.strip().partition(";")
        main = tag.strip().lower().partition("-")[0]
        if main in ("zh", "en"):
            best[main] = max(best.get(main, 0.0), _quality(parameter))
    return "en" if best.get("en", 0.0) > best.get("zh", 0.0) else "zh"


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
