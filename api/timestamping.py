"""Times from a time-stamping authority (RFC 3161): that a checkpoint was there, said by a third.

A stamped checkpoint is kept as `checkpoints/<size>` and the answer beside it as `<size>.tsr`, so
`openssl ts -verify -data <size> -in <size>.tsr` checks it with the authority's certificates.
"""

import hashlib
import http.client
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import ObjectIdentifier
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    decode_timestamp_response,
)

from api.settings import WrongSetting
from ledger.texts.text import Text
from ledger.tiles import put

EVERY = timedelta(hours=1)
"""At most one stamp in this time."""

AGAIN_AFTER = timedelta(minutes=1)
"""After a failure the authority is left alone so long."""

_SECONDS = 10.0
_ANSWER_BYTES_MAX = 256 * 1024
_SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_GRANTED = (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS)


class Unstamped(StrEnum):
    """Why there is no stamp."""

    AUTHORITY_DOES_NOT_ANSWER = "authority_does_not_answer"
    ANSWER_IS_MALFORMED = "answer_is_malformed"
    AUTHORITY_REFUSES = "authority_refuses"
    STAMP_IS_FOR_ANOTHER_REQUEST = "stamp_is_for_another_request"


UNSTAMPED: Mapping[Unstamped, Text] = {
    Unstamped.AUTHORITY_DOES_NOT_ANSWER: Text(
        "时间戳机构无法连接：{detail}",
        "the time-stamping authority does not answer: {detail}",
        "请检查 ZHIHENG_TSA_URL 与网络",
        "check ZHIHENG_TSA_URL and the network",
    ),
    Unstamped.ANSWER_IS_MALFORMED: Text(
        "时间戳机构的答复（{detail} 字节）不是 RFC 3161 格式",
        "the time-stamping authority's answer ({detail} bytes) is not RFC 3161",
        "请检查 ZHIHENG_TSA_URL 是否指向时间戳服务",
        "check that ZHIHENG_TSA_URL leads to a time-stamping service",
    ),
    Unstamped.AUTHORITY_REFUSES: Text(
        "时间戳机构拒绝签发：{detail}",
        "the time-stamping authority refuses: {detail}",
        "请联系时间戳机构",
        "ask the authority",
    ),
    Unstamped.STAMP_IS_FOR_ANOTHER_REQUEST: Text(
        "时间戳与请求不符（{detail}），未予保存",
        "the stamp is for another request ({detail}) and was not kept",
        "请检查与时间戳机构之间的网络是否可信",
        "check that nobody stands between this machine and the authority",
    ),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last attempt brought no stamp."""

    code: Unstamped
    detail: str
    at: datetime

    def told(self) -> Text:
        """The failure and its mending in words."""
        return Text(*(part.format(detail=self.detail) for part in UNSTAMPED[self.code]))


class _Failed(Exception):
    def __init__(self, code: Unstamped, detail: object) -> None:
        self.code, self.detail = code, str(detail)[:200]


class Stamper:
    """Has checkpoints stamped, at most one an hour. One thread at a time may call it."""

    def __init__(self, address: str, log_folder: Path, clock: Callable[[], datetime]) -> None:
        """`clock` gives real time. Raises WrongSetting for an address that is none."""
        if urlsplit(address).scheme not in ("http", "https"):
            raise WrongSetting(
                "ZHIHENG_TSA_URL",
                "须以 http:// 或 https:// 开头",
                "must begin with http:// or https://",
            )
        self._address, self._clock = address, clock
        self._folder = log_folder / "checkpoints"
        self.stamped_at = self._newest()
        self.failure: Failure | None = None

    def stamp(self, checkpoint: bytes, size: int) -> bool:
        """Have the bytes of a checkpoint file stamped if it is time; whether that was done.

        Never raises for the authority: `failure` says why there is no stamp.
        """
        now = self._clock()
        if not self._is_time(now) or self.has(size):
            return False
        try:
            answer = self._asked(checkpoint)
        except _Failed as failed:
            self.failure = Failure(failed.code, failed.detail, now)
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        put(self._folder / str(size), checkpoint)
        put(self._stamp_file(size), answer)
        self.stamped_at, self.failure = now, None
        return True

    def has(self, size: int) -> bool:
        """Whether a stamp of a checkpoint of this size is kept."""
        return self._stamp_file(size).exists()

    def _is_time(self, now: datetime) -> bool:
        if self.failure is not None and now - self.failure.at < AGAIN_AFTER:
            return False
        return self.stamped_at is None or now - self.stamped_at >= EVERY

    def _stamp_file(self, size: int) -> Path:
        return self._folder / f"{size}.tsr"

    def _newest(self) -> datetime | None:
        """The time in the stamp of the largest size kept."""
        kept = [each for each in self._folder.glob("*.tsr") if each.stem.isdigit()]
        if not kept:
            return None
        newest = max(kept, key=lambda each: int(each.stem))
        try:
            return decode_timestamp_response(newest.read_bytes()).tst_info.gen_time
        except ValueError:
            return None

    def _asked(self, checkpoint: bytes) -> bytes:
        """The authority's answer, which fits the request."""
        request = (
            TimestampRequestBuilder().data(checkpoint).hash_algorithm(HashAlgorithm.SHA256).build()
        )
        body = self._post(request.as_bytes())
        try:
            response = decode_timestamp_response(body)
            status = response.status
        except ValueError as error:
            raise _Failed(Unstamped.ANSWER_IS_MALFORMED, len(body)) from error
        if status not in _GRANTED:
            told = "; ".join(response.status_string)
            raise _Failed(Unstamped.AUTHORITY_REFUSES, f"{status} {told}".strip())
        _check(request, response, checkpoint)
        return body

    def _post(self, body: bytes) -> bytes:
        request = urllib.request.Request(
            self._address,
            data=body,
            headers={
                "content-type": "application/timestamp-query",
                "accept": "application/timestamp-reply",
            },
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:
                read: bytes = response.read(_ANSWER_BYTES_MAX)
                return read
        except (OSError, http.client.HTTPException) as error:
            raise _Failed(Unstamped.AUTHORITY_DOES_NOT_ANSWER, error) from error


def _check(request: TimeStampRequest, response: TimeStampResponse, checkpoint: bytes) -> None:
    """The stamp must be over these bytes and of this request; who signed it `openssl ts` checks."""
    try:
        info = response.tst_info
    except ValueError as error:
        raise _Failed(Unstamped.ANSWER_IS_MALFORMED, len(response.as_bytes())) from error
    imprint = info.message_imprint
    if info.nonce != request.nonce:
        raise _Failed(Unstamped.STAMP_IS_FOR_ANOTHER_REQUEST, "nonce")
    if imprint.hash_algorithm != _SHA256 or imprint.message != hashlib.sha256(checkpoint).digest():
        raise _Failed(Unstamped.STAMP_IS_FOR_ANOTHER_REQUEST, "imprint")
