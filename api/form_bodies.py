"""Forms and uploads, read within bounds: few fields, one file, plain text."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from api.problems import Fault, RequestFault, wrong_request

FIELDS_MAX: Final = 1_000
"""Fields of a form with rows; uploads say how few they have."""


@asynccontextmanager
async def form_of(
    request: Request, *, files: int = 0, fields: int = FIELDS_MAX
) -> AsyncIterator[FormData]:
    """The parts of a form in UTF-8; its files are closed afterwards.

    Raises RequestFault(REQUEST_IS_MALFORMED) for another encoding, for more parts than said, and
    for NUL in a name, a text or a file's name: no database holds it. A part that is no file has
    at most 1 MiB.
    """
    _, said = parse_options_header(request.headers.get("content-type"))
    if said.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise _malformed("not_utf8", "forms are in UTF-8", "Content-Type")
    async with request.form(max_files=files, max_fields=fields) as form:
        for name, value in form.multi_items():
            text = (value.filename or "") if isinstance(value, UploadFile) else value
            if "\0" in name or "\0" in text:
                field = name.replace("\0", "?")[:80]
                raise _malformed("control_character", "text must not hold NUL", field)
        yield form


def _malformed(rule: str, message: str, field: str) -> RequestFault:
    problem = wrong_request(rule, message, field)
    return RequestFault(Fault.REQUEST_IS_MALFORMED, errors=[problem])
