"""Requests at random over the whole OpenAPI: made by schemathesis, bent by hostile values."""

import random
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from api.problems import Fault
from ledger.refusals import Refused

HOSTILE: tuple[Any, ...] = (
    "\0",
    "a\0b",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "1900-01-01",
    "2200-12-31",
    "0000",
    "9999Q4",
    "0001-01-01..9999-12-31",
    "2200-01-01..2200-12-31",
    "9" * 5_000,
    "x" * 3_000,
    "",
    " ",
    "-1",
    "1e400",
    "٣",
    "½",
    "😀",
    "\u202e",
    "\ufffe",
    "../../etc/passwd",
    "%00",
    "'; --",
    "null",
    "institution:",
    "actor:00000000-0000-0000-0000-000000000000",
    "log:main",
    -1,
    0,
    1 << 53,
    (1 << 63) - 1,
    1 << 64,
    1.5,
    True,
    None,
    [],
    {},
    [[]],
    {"a": {"a": {}}},
)
"""What people, programs and attackers send where something else is meant."""

SLOW = frozenset({"/v1/compliance/{catalogue}/{clause}/history"})
"""Reckons a clause for every day: asked a few times only."""

_SUBJECT = re.compile(r"([a-z]+):[0-9A-Za-z.-]+")
_PROBLEM = "application/problem+json"
_CODES = frozenset([*Refused, *Fault])


@dataclass
class Tried:
    """What came of it: how often each status was answered, and what was wrong with an answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many requests were answered."""
        return sum(self.statuses.values())


class Fuzzer:
    """Sends every case of every operation as each of the callers; the same seed, the same cases."""

    def __init__(
        self, address: str, callers: Mapping[str, str], known: Iterable[str], chance: int = 1
    ) -> None:
        self._clients = {
            who: httpx.Client(
                base_url=address, headers={"authorization": f"Bearer {secret}"}, timeout=120
            )
            for who, secret in callers.items()
        }
        self._address, self._seed = address, chance
        self._random = random.Random(chance)
        self._known: dict[str, list[str]] = {}
        for subject in sorted(known):
            self._known.setdefault(subject.partition(":")[0], []).append(subject)
        document = next(iter(self._clients.values())).get("/openapi.json").json()
        document.pop("security")  # whoever asks is ours to say
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            schema = schemathesis.openapi.from_dict(document)
            self.operations = [_sound(each) for each in schema.get_all_operations()]

    def close(self) -> None:
        """Hang up."""
        for client in self._clients.values():
            client.close()

    def run(self, each: int, every: int = 1) -> Tried:
        """Try `each` cases of every such operation, half of them against the schema: each case
        with ids that there are, and once more with a hostile value somewhere in it."""
        tried = Tried()
        for operation in self.operations[::every]:
            for case in self._cases(operation, 1 if operation.path in SLOW else each):
                for change in (self._grounded, self._spoilt):
                    _change(case, change)
                    for who in self._clients:
                        self._send(case, who, tried)
        return tried

    def _cases(self, operation: Any, count: int) -> Iterator[Case[Any]]:
        made: list[Case[Any]] = []
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @seed(self._seed)
            @settings(
                max_examples=max(1, count // 2),
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def collect(case: Case[Any]) -> None:
                made.append(case)

            with warnings.catch_warnings(), suppress(Unsatisfiable):  # some cannot be wrong at all
                warnings.simplefilter("ignore")
                collect()
        yield from made[:count]

    def _grounded(self, value: Any) -> Any:
        """With ids that there are in place of most that were made up."""
        if isinstance(value, dict):
            return {name: self._grounded(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._grounded(part) for part in value]
        if isinstance(value, str) and (found := _SUBJECT.fullmatch(value)):
            there = self._known.get(found[1])
            if there and self._random.random() < 0.7:
                return self._random.choice(there)
        return value

    def _spoilt(self, value: Any) -> Any:
        """With a hostile value in the place of one, at any depth."""
        if isinstance(value, dict) and value:
            name = self._random.choice(sorted(map(str, value)))
            return {**value, name: self._spoilt(value.get(name))}
        if isinstance(value, list) and value:
            at = self._random.randrange(len(value))
            return [*value[:at], self._spoilt(value[at]), *value[at + 1 :]]
        return self._random.choice(HOSTILE)

    def _send(self, case: Case[Any], who: str, tried: Tried) -> None:
        client = self._clients[who]
        try:
            request = self._request(client, case)
            request.read()
        except (AttributeError, IndexError, TypeError, ValueError, httpx.InvalidURL):
            return  # nothing that can be sent at all
        answer = client.send(request)
        tried.statuses[answer.status_code] += 1
        if wrong := _wrong(answer):
            body = answer.request.content[:300]
            tried.wrong.append(f"{wrong}: {who} {case.method} {answer.request.url} {body!r}")

    def _request(self, client: httpx.Client, case: Case[Any]) -> httpx.Request:
        told = case.as_transport_kwargs(base_url=self._address)
        headers = {
            name: value
            for name, value in (told.get("headers") or {}).items()
            if name.lower() not in ("authorization", "user-agent", "cookie")
        }
        content = told.get("data")
        return client.build_request(
            told["method"],
            told["url"],
            params=told.get("params"),
            headers=headers,
            json=told.get("json"),
            files=told.get("files"),
            data=content if isinstance(content, dict) else None,
            content=content if isinstance(content, (bytes, str)) else None,
        )


def _sound(found: Any) -> Any:
    """An operation; an error in the document itself is raised."""
    if isinstance(found, Ok):
        return found.ok()
    raise found.err()


def _change(case: Case[Any], change: Callable[[Any], Any]) -> None:
    for part in ("path_parameters", "query", "body"):
        value = getattr(case, part)
        if isinstance(value, (dict, list)):
            setattr(case, part, change(value))


def _wrong(answer: httpx.Response) -> str | None:
    """What an answer must not be: a failure, or a "no" that is not a problem with a known code."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.status_code < 400:
        return None
    if answer.headers.get("content-type") != _PROBLEM:
        return f"{answer.status_code} is no problem"
    code = answer.json()["code"]
    return None if code in _CODES else f"{answer.status_code} with the unknown code {code}"
