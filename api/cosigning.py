"""Asking witnesses to stand for a checkpoint, and reading from the answers who does.

The sealer publishes its checkpoint first and calls this in a thread of its own: a witness that is
slow, down, or lies costs its own cosignature and nothing else.
"""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import NamedTuple

from api.settings import WrongSetting
from ledger.merkle import Nodes, consistency_path
from ledger.notes import Note, NoteIsForged, NoteIsMalformed, Signature, parse_note, signed_by
from ledger.texts.text import Text
from ledger.witness import submitted
from ledger.witness_policy import KnownWitness, Policy, Standing, standing_of
from ledger.witness_policy_file import PolicyIsMalformed, parse_policy

SECONDS = 5.0
"""How long one witness may take with everything it answers."""

_ANSWER_BYTES_MAX = 64 * 1024
_DETAIL_MAX = 200
_ATTEMPTS = 2
_CONFLICT = 409


class Trouble(StrEnum):
    """Why a witness's cosignature is missing."""

    HAS_NO_ADDRESS = "witness_has_no_address"
    DOES_NOT_ANSWER = "witness_does_not_answer"
    IS_LATE = "witness_is_late"
    REFUSES = "witness_refuses"
    HOLDS_ANOTHER_LOG = "witness_holds_a_longer_log"
    SIGNATURE_DOES_NOT_FIT = "witness_signature_does_not_fit"


TROUBLES: Mapping[Trouble, Text] = {
    Trouble.HAS_NO_ADDRESS: Text(
        "策略文件未写网址",
        "the policy gives no address",
        "请在该见证人所在行末尾加上网址",
        "add its address at the end of its line",
    ),
    Trouble.DOES_NOT_ANSWER: Text(
        "无法连接：{detail}",
        "does not answer: {detail}",
        "请联系见证人的运行单位，并检查网络",
        "ask whoever runs it, and check the network",
    ),
    Trouble.IS_LATE: Text(
        "未在 {detail} 秒内答复",
        "gave no answer within {detail} seconds",
        "无需处理；下一个检查点会再次请求",
        "nothing to do: the next checkpoint asks again",
    ),
    Trouble.REFUSES: Text(
        "拒绝联署（{detail}）",
        "refuses to cosign ({detail})",
        "请核对见证人是否登记了本日志的公钥；若其认为历史被改写，请立即查明",
        "check that it knows this log's key; if it says that history was rewritten, find out why",
    ),
    Trouble.HOLDS_ANOTHER_LOG: Text(
        "已见过更长的日志（{detail} 条）",
        "has seen a longer log ({detail} entries)",
        "账本可能是从旧备份恢复的；请先补齐事实再继续封存",
        "the ledger may come from an old backup; bring the facts back before sealing goes on",
    ),
    Trouble.SIGNATURE_DOES_NOT_FIT: Text(
        "答复中的签名与其公钥不符，已忽略",
        "its signature does not fit its key and was passed over",
        "请核对策略文件中的公钥",
        "check its key in the policy",
    ),
}


@dataclass(frozen=True, slots=True)
class Report:
    """How it went with one witness when it was last asked; no trouble means it cosigned."""

    name: str
    asked_at: datetime
    trouble: Trouble | None = None
    detail: str = ""

    def told(self) -> Text | None:
        """The trouble and its mending in words."""
        if self.trouble is None:
            return None
        return Text(*(part.format(detail=self.detail) for part in TROUBLES[self.trouble]))


class _Failed(Exception):
    def __init__(self, trouble: Trouble, detail: object = "") -> None:
        self.trouble, self.detail = trouble, str(detail)[:_DETAIL_MAX]


class _Answer(NamedTuple):
    status: int
    body: bytes


class Cosigner:
    """Collects cosignatures by a policy. One thread at a time may call it; any may read it."""

    def __init__(
        self, policy: Policy, clock: Callable[[], datetime], seconds: float = SECONDS
    ) -> None:
        """`clock` gives real time; a witness that needs more than `seconds` is left behind."""
        self.policy = policy
        self._clock, self._seconds = clock, seconds
        self._sizes: dict[str, int] = {}
        self._asking: dict[str, threading.Thread] = {}
        self.reports: Mapping[str, Report] = {}

    def cosign(self, note: Note, size: int, nodes: Nodes) -> Standing:
        """Send a checkpoint of `size` entries to every witness and say how it stands then.

        `nodes` reads the log's tree of `size` entries; several threads call it. The standing's
        note is the one given with the cosignatures that came and fit; those on it are kept.
        Never raises for a witness, and takes no longer than the slowest may.
        """
        deadline = time.monotonic() + self._seconds
        asked = [self._ask(each, note, size, nodes) for each in self.policy.witnesses]
        came = [each.wait(deadline) for each in asked]
        self.reports = {each.report.name: each.report for each in came}
        known = {(each.name, each.key_id) for each in note.signatures}
        fresh = [
            each.signature
            for each in came
            if each.signature and (each.signature.name, each.signature.key_id) not in known
        ]
        return standing_of(self.policy, Note(note.text, (*note.signatures, *fresh)))

    def _ask(self, witness: KnownWitness, note: Note, size: int, nodes: Nodes) -> "_Asked":
        """Ask in a thread; not while an earlier question to the same witness hangs."""
        now = self._clock()
        asked = _Asked(_Outcome(Report(witness.name, now, Trouble.IS_LATE, f"{self._seconds:g}")))
        before = self._asking.get(witness.name)
        if before is not None and before.is_alive():
            return asked

        def run() -> None:
            try:
                signature = self._cosignature(witness, note, size, nodes)
                asked.outcome = _Outcome(Report(witness.name, now), signature)
            except _Failed as failed:
                asked.outcome = _Outcome(Report(witness.name, now, failed.trouble, failed.detail))
            except Exception as error:
                told = f"{type(error).__name__}: {error}"[:_DETAIL_MAX]
                asked.outcome = _Outcome(Report(witness.name, now, Trouble.DOES_NOT_ANSWER, told))

        # A daemon: a witness that never ends its answer must not keep the process alive.
        asked.thread = threading.Thread(target=run, name=f"witness {witness.name}", daemon=True)
        self._asking[witness.name] = asked.thread
        asked.thread.start()
        return asked

    def _cosignature(self, witness: KnownWitness, note: Note, size: int, nodes: Nodes) -> Signature:
        if witness.address is None:
            raise _Failed(Trouble.HAS_NO_ADDRESS)
        older = self._sizes.get(witness.name, 0)
        for _ in range(_ATTEMPTS):
            if older > size:
                # Forgotten, so that it is asked again: it may have lied, or begun anew.
                self._sizes.pop(witness.name, None)
                raise _Failed(Trouble.HOLDS_ANOTHER_LOG, older)
            path = consistency_path(nodes, older, size)
            answer = _post(witness.address, submitted(older, path, note), self._seconds)
            if answer.status != _CONFLICT:
                break
            older = self._sizes[witness.name] = _size(answer.body)
        if answer.status != 200:
            raise _Failed(Trouble.REFUSES, _words(answer))
        signature = _fitting(witness, note, answer.body)
        self._sizes[witness.name] = size
        return signature


class _Outcome(NamedTuple):
    report: Report
    signature: Signature | None = None


class _Asked:
    """One witness that was asked, and what came of it so far."""

    def __init__(self, outcome: _Outcome) -> None:
        self.outcome = outcome
        self.thread: threading.Thread | None = None

    def wait(self, deadline: float) -> _Outcome:
        """What came until the deadline (monotonic seconds)."""
        if self.thread is not None:
            self.thread.join(max(deadline - time.monotonic(), 0))
        return self.outcome


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A witness answers itself; nobody is sent elsewhere with the checkpoint."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_StayHere)


def _post(address: str, body: bytes, seconds: float) -> _Answer:
    request = urllib.request.Request(
        f"{address}/add-checkpoint",
        data=body,
        headers={"content-type": "text/plain; charset=utf-8"},
        method="POST",
    )
    try:
        with _opener.open(request, timeout=seconds) as response:
            return _read(response, response.status)
    except urllib.error.HTTPError as error:
        with error:
            return _read(error, error.code)
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise _Failed(Trouble.DOES_NOT_ANSWER, reason) from error


def _read(response: HTTPResponse | urllib.error.HTTPError, status: int) -> _Answer:
    return _Answer(status, response.read(_ANSWER_BYTES_MAX))


def _size(body: bytes) -> int:
    text = body.removesuffix(b"\n")
    if not (text.isdigit() and len(text) <= 19):
        raise _Failed(Trouble.REFUSES, _CONFLICT)
    return int(text)


def _words(answer: _Answer) -> str:
    said = answer.body[:120].decode(errors="replace").strip()
    return f"{answer.status} {said}".strip()


def _fitting(witness: KnownWitness, note: Note, lines: bytes) -> Signature:
    """The witness's own signature among the lines it answered, which must stand for the note."""
    try:
        told = parse_note(f"{note.text}\n".encode() + lines)
        signature = signed_by(told, [witness.key]).get(witness.key)
    except (NoteIsMalformed, NoteIsForged) as error:
        raise _Failed(Trouble.SIGNATURE_DOES_NOT_FIT) from error
    if signature is None or not any(signature.blob[:8]):
        raise _Failed(Trouble.SIGNATURE_DOES_NOT_FIT)
    return signature


def read_policy(file: Path) -> Policy:
    """The witness policy of a file. Raises WrongSetting, which says line, rule and mending."""
    name = "ZHIHENG_WITNESS_POLICY"
    try:
        return parse_policy(file.read_bytes())
    except OSError as error:
        raise WrongSetting(
            name,
            f"无法读取 {file}：{error.strerror}",
            f"cannot read {file}: {error.strerror}",
        ) from error
    except PolicyIsMalformed as wrong:
        text = wrong.told()
        raise WrongSetting(
            name,
            f"{file} 第 {wrong.line} 行：{text.zh}。{text.mend_zh}。",
            f"{file}, line {wrong.line}: {text.en}; {text.mend_en}",
        ) from wrong
