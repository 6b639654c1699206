"""Two ways from a scenario into the same ledger: straight through the book, or over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

import httpx
import psycopg
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI

from api.access import Caller
from api.audit_work import draw_body
from api.desk import prepare_claim, unclaimed
from api.home import Home
from api.imports.intake import Taken, accept, read_upload
from api.routes.paths import PATHS
from api.routes.statements import Upload, taken_as_json
from api.states import state_of
from api.texts import breach_words, filled, refusal_text
from api.tokens import given_by_two, own_token
from ledger.case import business_day
from ledger.refusals import Refusal
from ledger.sitting import Answer
from ledger.writers import Scribe
from projections.moment import moment_of
from projections.views import BY_NAME


@dataclass(frozen=True)
class Outcome:
    """What became of a command: facts, breaches, and the code and Chinese words of a no.

    `counts` are those of a bank file that was taken in.
    """

    facts: tuple[str, ...] = ()
    breaches: tuple[str, ...] = ()
    refused: str | None = None
    words: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    replayed: bool = False
    counts: Mapping[str, Any] = field(default_factory=dict)


class Doorway(Protocol):
    """Whatever a scenario goes through."""

    def welcome(self, actor: str) -> None:
        """Let somebody in who is about to act; what that takes is no part of the deed."""

    def command(self, name: str, body: dict[str, Any], actor: str, key: str | None) -> Outcome:
        """One command with a JSON body."""

    def upload(self, data: bytes, actor: str, *, accept_good: bool, dry_run: bool) -> Outcome:
        """A bank file."""

    def desk(self, actor: str, institution: str) -> list[dict[str, Any]]:
        """The credits that nobody claimed."""

    def rows(
        self, view: str, actor: str, as_of: date | None, known_at: int | None, only: dict[str, str]
    ) -> list[dict[str, Any]]:
        """The rows of a view as its reader sees them."""


def _no(refusal: Refusal, facts: tuple[str, ...] = (), *, replayed: bool = False) -> Outcome:
    words = filled(refusal_text(refusal.code).zh, refusal.values)
    return Outcome(facts, (), refusal.code, words, refusal.values, replayed)


class BookDoor:
    """Through the door's checks into the book by a scribe, and from the tape out of the views."""

    def __init__(self, home: Home, scribe: Scribe, connection: psycopg.Connection[Any]) -> None:
        self._home, self._scribe, self._connection = home, scribe, connection

    def welcome(self, actor: str) -> None:
        """Nothing is asked of anybody."""

    def command(self, name: str, body: dict[str, Any], actor: str, key: str | None) -> Outcome:
        """Admit the body and have it decided."""
        made: dict[str, str] | None = None
        try:
            if name == "receipt.claim":
                institution = body["institution"]
                body, made = prepare_claim(self._connection, self._home.vault, institution, body)
            if name == "sample.draw":
                state, today = state_of(self._connection, actor), business_day(self._home.clock())
                body = draw_body(self._home.reader, Caller(actor, "", state, today), body)
            request = self._home.door.admit(name, body, actor, key, commitments=made)
            answer = self._scribe.handle(request)
        except Refusal as refusal:
            return _no(refusal)
        return _answered(answer)

    def upload(self, data: bytes, actor: str, *, accept_good: bool, dry_run: bool) -> Outcome:
        """Take the file in."""
        upload = Upload(data, "statement.csv", accept_good=accept_good, dry_run=dry_run)
        try:
            file = read_upload(self._home, data, upload.filename)
            taken: Taken = accept(
                self._home,
                self._connection,
                self._scribe.handle,
                actor,
                file,
                accept_good=accept_good,
            )
        except Refusal as refusal:
            return _no(refusal)
        done = _answered(taken.answer) if taken.answer else Outcome()
        return Outcome(done.facts, done.breaches, counts=taken_as_json(upload, taken))

    def desk(self, actor: str, institution: str) -> list[dict[str, Any]]:
        """The desk as finance staff see it."""
        page = unclaimed(
            self._connection, self._home.vault, institution, with_texts=True, limit=500
        )
        return [
            {
                "receipt": line.receipt,
                "payer": line.payer,
                "remittance": line.remittance,
                "amount_fen": line.amount_fen,
                "booking_date": line.booking_date.isoformat(),
                "value_date": line.value_date.isoformat(),
            }
            for line in page.lines
        ]

    def rows(
        self, view: str, actor: str, as_of: date | None, known_at: int | None, only: dict[str, str]
    ) -> list[dict[str, Any]]:
        """The view over the whole log."""
        tape = self._home.reader.tape(known_at)
        return BY_NAME[view].rows(tape, moment_of(tape, as_of), only).collect().to_dicts()


def _answered(answer: Answer) -> Outcome:
    facts = tuple(written.topic for written in answer.written)
    if answer.refusal is not None:
        return _no(answer.refusal, facts, replayed=answer.replayed)
    breaches = tuple(breach_words(breach)["zh"] for breach in answer.breaches)
    return Outcome(facts, breaches, replayed=answer.replayed)


class HttpDoor:
    """Over HTTP with bearer tokens, in the name of whoever acts."""

    def __init__(
        self, home: Home, scribe: Scribe, app: FastAPI, portal: BlockingPortal, two: tuple[str, str]
    ) -> None:
        self._home, self._scribe, self._portal = home, scribe, portal
        self._two = two
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://zhiheng.test")
        self._secrets: dict[str, str] = {}

    def welcome(self, actor: str) -> None:
        """Give a bearer token to whoever has none."""
        if actor not in self._secrets:
            until = self._home.clock() + timedelta(days=300)
            two = self._two
            made = (
                own_token(self._home.door, actor, "bearer", until)
                if actor in two
                else given_by_two(self._home, self._scribe, two, actor, "bearer", until)
            )
            self._scribe.handle(made.request)
            self._secrets[actor] = made.secret

    def _call(self, method: str, path: str, actor: str, **options: Any) -> httpx.Response:
        self.welcome(actor)
        headers = {
            "authorization": f"Bearer {self._secrets[actor]}",
            "accept-language": "zh",
            **options.pop("headers", {}),
        }
        return self._portal.call(
            lambda: self._http.request(method, path, headers=headers, **options)
        )

    def command(self, name: str, body: dict[str, Any], actor: str, key: str | None) -> Outcome:
        """POST the command."""
        headers = {} if key is None else {"idempotency-key": key}
        return _told(self._call("POST", PATHS[name], actor, json=body, headers=headers))

    def upload(self, data: bytes, actor: str, *, accept_good: bool, dry_run: bool) -> Outcome:
        """POST the file."""
        options = {"accept_good": str(accept_good).lower(), "dry_run": str(dry_run).lower()}
        answer = self._call(
            "POST", PATHS["statement.import"], actor, files={"file": data}, data=options
        )
        return _told(answer)

    def desk(self, actor: str, institution: str) -> list[dict[str, Any]]:
        """GET the desk."""
        answer = self._call("GET", "/v1/desk/unclaimed", actor)
        assert answer.status_code == 200, answer.text
        lines: list[dict[str, Any]] = answer.json()["lines"]
        return lines

    def reading(self, path: str, actor: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """GET something that only HTTP has."""
        answer = self._call("GET", path, actor, params=asked)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def rows(
        self, view: str, actor: str, as_of: date | None, known_at: int | None, only: dict[str, str]
    ) -> list[dict[str, Any]]:
        """GET the view."""
        asked: dict[str, Any] = dict(only)
        if as_of is not None:
            asked["as_of"] = as_of.isoformat()
        if known_at is not None:
            asked["known_at"] = known_at
        answer = self._call("GET", f"/v1/views/{view}", actor, params=asked)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows


def _told(answer: httpx.Response) -> Outcome:
    body = answer.json()
    facts = tuple(fact["type"] for fact in body.get("facts", ()))
    replayed = "idempotency-replayed" in answer.headers
    if answer.status_code >= 400:
        return Outcome(facts, (), body["code"], body["detail"], body["values"], replayed)
    breaches = tuple(breach["zh"] for breach in body.get("breaches", ()))
    return Outcome(facts, breaches, replayed=replayed, counts=body)
