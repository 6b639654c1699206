"""How many facts a reading may know of: `known_at` as asked, against the log as it stands."""

from datetime import date, datetime

from starlette.requests import Request

from api.entries import head, size_known
from api.moments import read_known_at
from ledger.refusals import Refusal, Refused


async def size_asked(request: Request, known_at: str | None) -> tuple[int, int]:
    """The size a reading is computed from, and the head's size.

    Raises Refusal: PARAMETER_IS_MALFORMED, KNOWN_AT_LIES_OUTSIDE_THE_LOG.
    """
    pool = request.app.state.pool
    newest = await head(pool)
    asked = read_known_at(known_at)
    if asked is None:
        return newest, newest
    if isinstance(asked, (datetime, date)):
        return min(await size_known(pool, asked), newest), newest
    if asked > newest:
        raise Refusal(Refused.KNOWN_AT_LIES_OUTSIDE_THE_LOG, known_at=asked, size=newest)
    return asked, newest
