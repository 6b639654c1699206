"""Plays a story through the doors everybody uses, setting the clock to each step's moment."""

import json
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Any, assert_never

import psycopg

from api.clock import SimulatedClock
from api.days import Days
from api.demo.auditing import Auditing
from api.demo.story.bank_files import ACCOUNTS
from api.demo.story.people import ADMINISTRATOR, HOUSES, SECURITY, TOKEN_HOLDERS, actor, person
from api.demo.story.steps import (
    Audited,
    ClaimLine,
    Compare,
    Computed,
    Correct,
    Do,
    Draw,
    Keep,
    Line,
    Place,
    Renew,
    Smallest,
    Step,
    TakeIn,
    Write,
    own_uuid,
)
from api.desk import prepare_claim
from api.home import Home
from api.imports.intake import accept, read_upload
from api.tokens import KEEP, hashed
from ledger.actors import SEALER
from ledger.institutions import RecoverAccess
from ledger.proposals import TOKEN_DAYS_MAX, proposal_of
from ledger.sitting import Request, Statement
from ledger.writers import Scribe

_LINE = (
    "SELECT receipt FROM vault.bank_lines "
    "WHERE account = %s AND value_date = %s AND amount_fen = %s ORDER BY line LIMIT 1"
)
_FIRST = (
    "SELECT f.position, encode(f.leaf, 'hex'), convert_from(f.state, 'UTF8') "
    "FROM ledger.subjects s JOIN ledger.facts f USING (position) "
    "WHERE s.subject = %s AND f.topic = %s ORDER BY f.position LIMIT 1"
)
_ISSUED = (
    "SELECT EXISTS (SELECT FROM ledger.subjects s JOIN ledger.facts f USING (position) "
    "WHERE s.subject = %s AND f.topic = 'token-issued.v1' "
    "AND convert_from(f.state, 'UTF8')::jsonb #>> '{payload,token}' = %s)"
)
# A renewal that is played again finds its own row; the book then answers and writes nothing.
_KEEP_ONCE = f"{KEEP} ON CONFLICT (token) DO NOTHING"
_FORGET = "DELETE FROM vault.tokens WHERE sha256 = %b"
_KNOWN = "SELECT FROM ledger.subjects WHERE subject = %s LIMIT 1"
_LIVES = (
    "SELECT EXISTS (SELECT FROM vault.tokens "
    "WHERE sha256 = %s AND expires_at > %s AND purpose = 'bearer')"
)


class Player:
    """Gives the commands of a story in their order, those of one moment together, and closes
    each day as the service does at midnight.

    Each has a key made of its words, so a story that was broken off is simply played again from
    its beginning: what is in the log already is answered and not written twice. `tokens` are the
    secrets of `tokens.json` by entry.
    """

    def __init__(
        self,
        home: Home,
        clock: SimulatedClock,
        scribe: Scribe,
        connection: psycopg.Connection[Any],
        tokens: Mapping[str, str],
    ) -> None:
        self._home, self._clock = home, clock
        self._scribe, self._connection = scribe, connection
        self._tokens = tokens
        self._renewed: datetime | None = None
        self._waiting: list[Request] = []
        self._days = Days(connection, scribe, with_reads=False)
        self._auditing = Auditing(home, connection)

    def play(self, steps: Sequence[Step], stop: Event, told: Callable[[int], None]) -> bool:
        """Play the steps in their order; False when told to stop before the last.

        `told` hears now and then how many of them are in the log.
        """
        for place, step in enumerate(steps):
            if place == 0 or step.at > steps[place - 1].at:
                self._hand_in()
                told(place)
                if stop.is_set():
                    return False
                if step.at > self._clock():
                    self._clock.set(step.at)
                self._days.close(step.at)
            self._take(step)
        self._hand_in()
        told(len(steps))
        return True

    def was_played(self, end: datetime) -> bool:
        """Whether the log holds the story's end: the last renewal of the last token."""
        entry = list(TOKEN_HOLDERS)[-1]
        asked = (actor(TOKEN_HOLDERS[entry]), _token_id(end, entry))
        row = self._connection.execute(_ISSUED, asked).fetchone()
        return row is not None and bool(row[0])

    def knows(self, subject: str) -> bool:
        """Whether the log has a fact about somebody; an older story lacks later newcomers."""
        return self._connection.execute(_KNOWN, (subject,)).fetchone() is not None

    def revive_tokens(self) -> None:
        """Issue a token again for each secret that is expired or new; a revoked one stays dead."""
        now = self._clock()
        expires_at = now + timedelta(days=TOKEN_DAYS_MAX["bearer"])
        if not self.knows(actor(SECURITY)):
            self._name_two()
        for entry, holder in TOKEN_HOLDERS.items():
            if not self.knows(actor(holder)):
                continue
            digest = hashed(self._tokens[entry])
            row = self._connection.execute(_LIVES, (digest, now)).fetchone()
            if row is not None and row[0]:
                continue
            self._issue(now, holder, str(uuid.uuid4()), digest, expires_at)
        self._hand_in()

    def _name_two(self) -> None:
        """Lead a demonstration over that one administrator governed alone."""
        first = uuid.uuid4()
        recovered = RecoverAccess(
            administrator=f"actor:{first}",
            person=person(ADMINISTRATOR),
            security_administrator=actor(SECURITY),
            security_person=person(SECURITY),
        )
        self._scribe.handle(Request(recovered, SEALER, secrets.token_hex(16)))

    def _take(self, step: Step) -> None:
        match step:
            case Do():
                body = {**self._resolved(step.body), "evidence": list(step.evidence)}
                self._give(step.at, step.who, step.command, body)
            case TakeIn():
                self._hand_in()
                accept(
                    self._home,
                    self._connection,
                    self._scribe.handle,
                    actor(step.who),
                    read_upload(self._home, step.data, step.filename),
                )
            case ClaimLine():
                self._claim(step)
            case Correct():
                self._correct(step)
            case Renew():
                self._renew(step)
            case Draw() | Keep() | Write() | Compare():
                self._compute(step)
            case _:
                assert_never(step)

    def _give(
        self,
        at: datetime,
        who: str,
        command: str,
        body: Mapping[str, Any],
        *,
        commitments: Mapping[str, str] | None = None,
        beside: tuple[Statement, ...] = (),
    ) -> None:
        words = json.dumps([at.isoformat(), who, command, body], sort_keys=True, ensure_ascii=False)
        request = self._home.door.admit(
            command,
            body,
            actor(who),
            f"story/{uuid.uuid5(uuid.NAMESPACE_OID, words)}",
            commitments=commitments,
            beside=beside,
        )
        self._waiting.append(request)

    def _hand_in(self) -> None:
        """Write what waits, all of it recorded at one time; the first refusal ends the story."""
        waiting, self._waiting = self._waiting, []
        for verdict in self._scribe.handle_all(waiting):
            if isinstance(verdict, Exception):
                raise verdict

    def _resolved(self, value: Any) -> Any:
        """The value with everything that only the log knows looked up."""
        match value:
            case Line():
                return self._receipt(value)
            case Smallest():
                return self._auditing.smallest(value.sample)
            case Audited():
                return self._auditing.audited(value.sample)
            case Place():
                return self._first(value.topic, self._resolved(value.subject))[0]
            case Mapping():
                return {key: self._resolved(inner) for key, inner in value.items()}
            case list():
                return [self._resolved(inner) for inner in value]
            case _:
                return value

    def _receipt(self, line: Line) -> str:
        asked = (ACCOUNTS[line.account].id, line.value_date, line.amount_fen)
        row = self._connection.execute(_LINE, asked).fetchone()
        if row is None:
            raise LookupError(f"no bank line was taken in for {line}")
        return str(row[0])

    def _claim(self, step: ClaimLine) -> None:
        institution = HOUSES[ACCOUNTS[step.line.account].house].id
        said = {
            "receipt": self._receipt(step.line),
            "payer": step.payer,
            "evidence": [{"kind": "synthetic"}],
        }
        body, commitments = prepare_claim(self._connection, self._home.vault, institution, said)
        self._give(step.at, step.who, "receipt.claim", body, commitments=commitments)

    def _correct(self, step: Correct) -> None:
        self._hand_in()
        position, leaf, entry = self._first(step.topic, self._resolved(step.subject))
        body: dict[str, Any] = {"position": position, "leaf": leaf, "reason": step.reason}
        body["evidence"] = [{"kind": "synthetic"}]
        if step.changes is None:
            self._give(step.at, step.who, "fact.void", body)
        else:
            body["replacement"] = {**json.loads(entry)["payload"], **step.changes}
            self._give(step.at, step.who, "fact.correct", body)

    def _first(self, topic: str, subject: str) -> tuple[int, str, str]:
        """Position, leaf and stored bytes of the first fact of a type about a subject."""
        row = self._connection.execute(_FIRST, (subject, topic)).fetchone()
        if row is None:
            raise LookupError(f"no {topic} about {subject}")
        position, leaf, entry = row
        return position, leaf, entry

    def _compute(self, step: Computed) -> None:
        """Give the commands that follow from the log; once given, it would tell others."""
        self._hand_in()
        if self.knows(step.subject):
            return
        about = self._resolved(list(step.about)) if isinstance(step, Keep) else ()
        for command, body in self._auditing.commands(step, about):
            self._give(step.at, step.who, command, {**body, "evidence": [{"kind": "synthetic"}]})

    def _renew(self, step: Renew) -> None:
        """Issue every token anew for the same secret, and revoke the one it takes over from."""
        before, self._renewed = self._renewed, step.at
        expires_at = step.at + timedelta(days=TOKEN_DAYS_MAX["bearer"])
        for entry, holder in TOKEN_HOLDERS.items():
            digest = hashed(self._tokens[entry])
            self._issue(step.at, holder, _token_id(step.at, entry), digest, expires_at)
            if before is not None:
                old = {"holder": actor(holder), "token": _token_id(before, entry)}
                self._give(step.at, ADMINISTRATOR, "token.revoke", old)

    def _issue(
        self, at: datetime, holder: str, token: str, digest: bytes, expires_at: datetime
    ) -> None:
        """A bearer token for a secret with this hash; the hash moves over to it."""
        body = {
            "holder": actor(holder),
            "token": token,
            "purpose": "bearer",
            "expires_at": expires_at.isoformat(),
            "evidence": [{"kind": "synthetic"}],
        }
        kept = (_KEEP_ONCE, (token, actor(holder), "bearer", digest, expires_at))
        beside = ((_FORGET, (digest,)), kept)
        if holder == ADMINISTRATOR:
            self._give(at, ADMINISTRATOR, "token.issue", body, beside=beside)
            return
        self._give(at, ADMINISTRATOR, "token.issue", body)
        confirmed = {"proposal": proposal_of(token), "evidence": [{"kind": "synthetic"}]}
        self._give(at, SECURITY, "right.confirm", confirmed, beside=beside)


def _token_id(at: datetime, entry: str) -> str:
    return own_uuid(f"token/{at.date().isoformat()}/{entry}")


def new_secrets() -> dict[str, str]:
    """A fresh secret for every entry of `tokens.json`."""
    return {entry: secrets.token_urlsafe(32) for entry in TOKEN_HOLDERS}
