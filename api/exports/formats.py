"""The formats in which readings are answered, and the answer itself with its file name."""

from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.exports.documents import as_json, as_ndjson, as_parquet
from api.exports.sheets import as_csv, as_xlsx
from api.language import Language
from api.moments import malformed
from api.readings import Reading


class Format(NamedTuple):
    """A way to write a reading down; `is_file` is offered for download."""

    media_type: str
    is_file: bool
    write: Callable[[Reading, Language], bytes]


FORMATS: dict[str, Format] = {
    "json": Format("application/json", False, lambda reading, _: as_json(reading)),
    "ndjson": Format("application/x-ndjson", False, lambda reading, _: as_ndjson(reading)),
    "csv": Format("text/csv; charset=utf-8", True, as_csv),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True, as_xlsx
    ),
    "parquet": Format(
        "application/vnd.apache.parquet", True, lambda reading, _: as_parquet(reading)
    ),
}

SHEETS: Final = ("csv", "xlsx")
"""Formats in which people, not programs, read values."""


def read_format(name: str | None) -> str:
    """The name of a format; JSON without one. Raises Refusal(PARAMETER_IS_MALFORMED)."""
    if name is not None and name not in FORMATS:
        raise malformed("format", name, ", ".join(FORMATS))
    return name or "json"


async def answered(
    make: Callable[[], Reading], form: str, spoken: Language, headers: dict[str, str]
) -> Response:
    """A reading, made and written down in a thread, as the answer to a request."""

    def written() -> tuple[Reading, bytes]:
        reading = make()
        return reading, FORMATS[form].write(reading, spoken)

    reading, body = await run_in_threadpool(written)
    if FORMATS[form].is_file:
        table, moment = reading.view, reading.moment
        title = quote(f"{table.zh if spoken == 'zh' else table.en}-{moment.as_of}.{form}")
        plain = f"{table.name}-{moment.as_of}-{moment.known_at}.{form}"
        headers["content-disposition"] = (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{title}"
        )
    return Response(body, 200, headers, FORMATS[form].media_type)
