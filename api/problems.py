"""Every "no" as application/problem+json, or as a page for people, from one table of statuses."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.console.rendering import page
from api.language import Language, language, wants_page
from api.statuses import STATUSES, TITLES
from api.texts import refusal_text, told_of
from ledger.refusals import Refusal
from ledger.sitting import Answer, Written
from ledger.texts.text import Text
from ledger.writers import LedgerUnreachable
from ledger.wrong_fields import FIELDS_TOLD_MAX

MEDIA_TYPE = "application/problem+json"


class Fault(StrEnum):
    """What HTTP itself can get wrong; rules of the ledger are in `ledger.refusals`."""

    REQUEST_IS_MALFORMED = "request_is_malformed"
    SIGN_IN_IS_NEEDED = "sign_in_is_needed"
    SIGN_IN_LINK_IS_SPENT = "sign_in_link_is_spent"
    REQUEST_COMES_FROM_ANOTHER_SITE = "request_comes_from_another_site"
    ADDRESS_IS_UNKNOWN = "address_is_unknown"
    METHOD_IS_NOT_ALLOWED = "method_is_not_allowed"
    BODY_IS_TOO_LARGE = "body_is_too_large"
    REQUEST_IS_TOO_SLOW = "request_is_too_slow"
    HEADERS_ARE_TOO_LARGE = "headers_are_too_large"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_WRONG_SECRETS = "too_many_wrong_secrets"
    PROGRAM_FAILED = "program_failed"
    LEDGER_IS_UNREACHABLE = "ledger_is_unreachable"
    LOG_FILE_IS_ALTERED = "log_file_is_altered"


FAULTS: dict[Fault, tuple[int, Text]] = {
    Fault.REQUEST_IS_MALFORMED: (
        400,
        Text(
            "请求的内容不正确：{errors}",
            "The request is wrong: {errors}",
            "请按所指之处更正后重试；各项的写法见“接口说明”。",
            "Correct what is named and send it again; the page “Interface” describes each part.",
        ),
    ),
    Fault.SIGN_IN_IS_NEEDED: (
        401,
        Text(
            "您尚未登录，或登录已经过期。",
            "You are not signed in, or your session has ended.",
            "请用新的登录链接登录；链接由本单位系统管理员签发。程序请随请求携带令牌。",
            "Sign in by a new link, which your administrator makes; programs send their token with "
            "the request.",
        ),
    ),
    Fault.SIGN_IN_LINK_IS_SPENT: (
        410,
        Text(
            "该登录链接已使用过、已过期或已吊销。",
            "This sign-in link was used before, has expired, or was revoked.",
            "若您已在本浏览器登录，请直接打开首页；否则请向本单位系统管理员索取新的链接。",
            "If you are signed in here already, open the first page; else ask your administrator "
            "for a new link.",
        ),
    ),
    Fault.REQUEST_COMES_FROM_ANOTHER_SITE: (
        403,
        Text(
            "该请求来自其他网站，未予执行。",
            "The request came from another site and was not carried out.",
            "请从知衡自己的页面操作；程序请改用令牌。",
            "Use zhiheng's own pages; programs use a bearer token instead.",
        ),
    ),
    Fault.ADDRESS_IS_UNKNOWN: (
        404,
        Text(
            "没有这个地址，或您无权查阅。",
            "There is nothing at this address, or you may not read it.",
            "请核对网址，或从首页重新进入。",
            "Check the address, or start again from the first page.",
        ),
    ),
    Fault.METHOD_IS_NOT_ALLOWED: (
        405,
        Text(
            "该地址不支持 {method} 方法。",
            "This address does not take {method}.",
            "可用的方法见响应的 Allow 头。",
            "The Allow header of this answer names the methods that it takes.",
        ),
    ),
    Fault.BODY_IS_TOO_LARGE: (
        413,
        Text(
            "提交的内容过大，此处不超过 {mebibytes_max} MiB。",
            "What was sent is too large; it may have {mebibytes_max} MiB here.",
            "请分次提交。",
            "Send it in parts.",
        ),
    ),
    Fault.REQUEST_IS_TOO_SLOW: (
        408,
        Text(
            "请求在 {seconds_max} 秒内没有传完，未予处理。",
            "The request did not arrive within {seconds_max} seconds; nothing was done.",
            "请检查网络后重新提交；文件较大时请分次提交。",
            "Look at the network and send it again; send a large file in parts.",
        ),
    ),
    Fault.HEADERS_ARE_TOO_LARGE: (
        431,
        Text(
            "请求头过大，网址与请求头合计不超过 {bytes_max} 字节。",
            "The header section is too large; with the address it may have {bytes_max} bytes.",
            "请清除本站的 Cookie 或缩短网址后重试。",
            "Clear this site's cookies or shorten the address, and try again.",
        ),
    ),
    Fault.TOO_MANY_REQUESTS: (
        429,
        Text(
            "请求过于频繁：每个令牌每秒不超过 {rate_max} 次。",
            "Too many requests: a token may make {rate_max} a second.",
            "请在 {seconds} 秒后重试，并放慢速度。",
            "Try again in {seconds} seconds, and more slowly.",
        ),
    ),
    Fault.TOO_MANY_WRONG_SECRETS: (
        429,
        Text(
            "从这个网络地址多次送来无效的令牌或登录链接。",
            "Too many tokens or sign-in links that open nothing came from this address.",
            "请在 {seconds} 秒后用正确的令牌或新的登录链接重试；有效的令牌不受影响。",
            "Try again in {seconds} seconds with the right token or a new link; tokens that are "
            "valid are not held up.",
        ),
    ),
    Fault.PROGRAM_FAILED: (
        500,
        Text(
            "程序出现故障，本次请求没有得到处理结果。",
            "The program failed; this request has no outcome.",
            "请用相同的 Idempotency-Key 重试，不会重复入账；仍失败时请联系系统管理员。",
            "Try again with the same Idempotency-Key, nothing is recorded twice; if it fails "
            "again, tell the administrator.",
        ),
    ),
    Fault.LEDGER_IS_UNREACHABLE: (
        503,
        Text(
            "数据库暂时没有应答，无法确认本次请求是否已入账。",
            "The database does not answer; whether the request was recorded is not known.",
            "请稍后用相同的 Idempotency-Key 重试，不会重复入账。",
            "Try again later with the same Idempotency-Key; nothing is recorded twice.",
        ),
    ),
    Fault.LOG_FILE_IS_ALTERED: (
        503,
        Text(
            "日志文件“{file}”与已签名的根不符，因此不予提供。",
            "The log's file '{file}' does not lead to the signed root, so it is not given out.",
            "请通知管理员：运行 zhiheng verify 查明原因，并从备份恢复该文件。",
            "Tell the administrator to run zhiheng verify and to restore the file from a backup.",
        ),
    ),
}

_TEXT_MAX = 500
"""So many letters of a value are told again in a problem."""

_BY_STATUS = {
    404: Fault.ADDRESS_IS_UNKNOWN,
    405: Fault.METHOD_IS_NOT_ALLOWED,
}


class RequestFault(Exception):
    """A request that never reaches the ledger, with the values concerned."""

    def __init__(
        self, fault: Fault, headers: Mapping[str, str] | None = None, **values: Any
    ) -> None:
        self.fault, self.headers, self.values = fault, dict(headers or {}), values
        super().__init__(fault.value, values)


def written_facts(written: Iterable[Written]) -> list[dict[str, Any]]:
    """Facts as they are answered: position, type, and their place in each subject's chain."""
    return [
        {
            "position": item.position,
            "type": item.topic,
            "subjects": [
                {"subject": ref.subject, "sequence": ref.sequence} for ref in item.subjects
            ],
        }
        for item in written
    ]


def refused(request: Request, refusal: Refusal, answer: Answer | None = None) -> Response:
    """A refusal as a problem; `answer` holds the facts when the refusal itself is on record."""
    headers = {"idempotency-replayed": "true"} if answer and answer.replayed else {}
    status = STATUSES[refusal.code]
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="zhiheng", error="invalid_token"'
    facts = written_facts(answer.written) if answer else []
    text = refusal_text(refusal.code)
    return _problem(request, status, refusal.code, text, refusal.values, headers, facts)


def faulty(request: Request, fault: Fault, headers: Mapping[str, str], **values: Any) -> Response:
    """A fault of the request, or of this program, as a problem."""
    status, text = FAULTS[fault]
    return _problem(request, status, fault, text, values, headers)


def _problem(
    request: Request,
    status: int,
    code: str,
    text: Text,
    values: Mapping[str, Any],
    headers: Mapping[str, str],
    facts: list[dict[str, Any]] | None = None,
) -> Response:
    request.state.problem = str(code)
    spoken: Language = language(request)
    zh = spoken == "zh"
    values = _brief(values)
    detail, mend = told_of(text, values, spoken)
    body = {
        "type": f"urn:zhiheng:problem:{code}",
        "title": TITLES[status][0 if zh else 1],
        "status": status,
        "detail": detail,
        "code": str(code),
        "values": values,
        "mend": mend,
        "facts": facts or [],
    }
    sent = {**headers, "cache-control": "no-store", "vary": "accept, accept-language, cookie"}
    if wants_page(request):
        return page(request, "problem.html", {"problem": body}, status=status, headers=sent)
    sent["content-language"] = spoken
    return Response(orjson.dumps(body, default=str), status, sent, MEDIA_TYPE)


def _brief(value: Any) -> Any:
    """Values without the length that somebody gave them: a problem repeats no body."""
    if isinstance(value, str):
        return value if len(value) <= _TEXT_MAX else f"{value[:_TEXT_MAX]}…"
    if isinstance(value, Mapping):
        return {name: _brief(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_brief(part) for part in value]
    return value


def wrong_request(rule: str, message: str, field: str = "(request)") -> dict[str, str]:
    """What is wrong with a request as a whole, or with one part of it."""
    return {"field": field, "rule": rule, "message": message}


def program_failed(request: Request) -> Response:
    """What a caller hears of a fault of this program: that there was one, and nothing of it."""
    return faulty(request, Fault.PROGRAM_FAILED, {})


def install(app: FastAPI) -> None:
    """Answer every exception that can reach the door as a problem."""

    async def on_refusal(request: Request, error: Exception) -> Response:
        if not isinstance(error, Refusal):
            raise error
        return refused(request, error)

    async def on_fault(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestFault):
            raise error
        return faulty(request, error.fault, error.headers, **error.values)

    async def on_http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        fault = _BY_STATUS.get(error.status_code, Fault.REQUEST_IS_MALFORMED)
        values: dict[str, Any] = {"method": request.method, "path": request.url.path[:200]}
        if fault is Fault.REQUEST_IS_MALFORMED:
            values["errors"] = [wrong_request("http_is_malformed", error.detail)]
        return faulty(request, fault, error.headers or {}, **values)

    async def on_validation(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        errors = [
            {
                "field": ".".join(str(part) for part in item["loc"]),
                "rule": item["type"],
                "message": item["msg"],
            }
            for item in error.errors()[:FIELDS_TOLD_MAX]
        ]
        return faulty(request, Fault.REQUEST_IS_MALFORMED, {}, errors=errors)

    async def on_silence(request: Request, error: Exception) -> Response:
        return faulty(request, Fault.LEDGER_IS_UNREACHABLE, {"retry-after": "2"})

    app.add_exception_handler(Refusal, on_refusal)
    app.add_exception_handler(RequestFault, on_fault)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    for silence in (LedgerUnreachable, psycopg.OperationalError, PoolTimeout):
        app.add_exception_handler(silence, on_silence)
