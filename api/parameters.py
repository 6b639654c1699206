"""Query strings, read strictly: what a route does not know is refused, never ignored."""

from collections.abc import Iterable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.access import Caller
from api.filter_values import with_institution
from api.rights import Kind, scope_of
from ledger.refusals import Refusal, Refused

RECORDED: Final = "recorded"


def _is_page(request: Request) -> bool:
    return not request.url.path.startswith("/v1/")


def read_parameters(request: Request, known: Iterable[str]) -> dict[str, str]:
    """The query's parameters, empty ones left out; `lang` is taken everywhere.

    So is on pages the position of what was `recorded` before coming back to them.
    Raises Refusal: PARAMETER_IS_UNKNOWN, or PARAMETER_IS_MALFORMED for one given twice.
    """
    names = tuple(known)
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name == "lang" or (name == RECORDED and name not in names and _is_page(request)):
            continue
        if name not in names:
            raise Refusal(Refused.PARAMETER_IS_UNKNOWN, parameter=name[:80], known=", ".join(names))
        if name in found:
            raise Refusal(
                Refused.PARAMETER_IS_MALFORMED, parameter=name, value=value[:80], expected="1 ×"
            )
        if value:
            found[name] = value
    return found


async def placed_parameters(
    request: Request, caller: Caller, known: Iterable[str]
) -> dict[str, str]:
    """As `read_parameters`, the institution by its id even where it was named otherwise."""
    given, reader = read_parameters(request, known), request.app.state.home.reader
    return await run_in_threadpool(with_institution, reader, scope_of(caller, Kind.FIGURE), given)
