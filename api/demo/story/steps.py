"""The kinds of steps a story consists of, and the made-up names and numbers they speak of."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from ledger.case import SHANGHAI
from ledger.identifiers import body_code_check, credit_code_check, patent_check_digit

_NAMES = uuid.UUID("6f0d4f0e-6a58-5f6b-9b1e-2a5d6f3c7e10")
"""Ids follow from names, so a story that was interrupted goes on with the same subjects."""

Body = Mapping[str, Any]

SYNTHETIC = ({"kind": "synthetic"},)
"""Evidence of what this demonstration made up."""


class Line(NamedTuple):
    """A line of a bank file that was taken in; it stands for the receipt id the ledger gave it."""

    account: str
    value_date: date
    amount_fen: int


class Smallest(NamedTuple):
    """The receipt of least amount in a sample that was drawn from receipts."""

    sample: str


class Audited(NamedTuple):
    """The audited values of such a sample: as booked, but a tenth less for the smallest."""

    sample: str


class Place(NamedTuple):
    """The position of the first fact of a type about a subject."""

    topic: str
    subject: str | Line | Smallest


@dataclass(frozen=True, slots=True)
class Do:
    """Somebody gives a command.

    `body` may hold values that only the log knows: `Line`, `Smallest`, `Audited` and `Place`.
    """

    at: datetime
    who: str
    command: str
    body: Body
    evidence: tuple[Body, ...] = SYNTHETIC


@dataclass(frozen=True, slots=True)
class TakeIn:
    """A finance clerk imports a bank file."""

    at: datetime
    who: str
    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A finance clerk claims a bank line; `payer` is the counterparty that the bank names."""

    at: datetime
    who: str
    line: Line
    payer: str | None


@dataclass(frozen=True, slots=True)
class Correct:
    """Somebody corrects the first fact of a type about a subject; no `changes` voids it."""

    at: datetime
    who: str
    topic: str
    subject: str | Line
    changes: Body | None
    reason: str


@dataclass(frozen=True, slots=True)
class Renew:
    """The administrator makes the tokens of `tokens.json` last another year."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Draw:
    """An auditor draws a sample; `body` asks for it as one does at the door."""

    at: datetime
    who: str
    subject: str
    body: Body


@dataclass(frozen=True, slots=True)
class Keep:
    """Somebody brings a document into the evidence store."""

    at: datetime
    who: str
    filename: str
    title: str
    data: bytes
    about: tuple[str | Line | Smallest, ...]

    @property
    def subject(self) -> str:
        """The document, known by its bytes."""
        return f"evidence:{sha256(self.data).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Write:
    """An auditor makes a paper for signature; `body` asks for it as one does at the door."""

    at: datetime
    who: str
    subject: str
    body: Body


@dataclass(frozen=True, slots=True)
class Compare:
    """An auditor lays a list from elsewhere beside the ledger and keeps the outcome."""

    at: datetime
    who: str
    subject: str
    kind: str
    filename: str
    data: bytes


Computed = Draw | Keep | Write | Compare
"""Steps whose commands follow from the log as it is at their moment."""

Step = Do | TakeIn | ClaimLine | Correct | Renew | Computed


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A time of day in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def day(text: str) -> date:
    """A date written YYYY-MM-DD."""
    return date.fromisoformat(text)


def on(text: str, hour: int = 10, minute: int = 0) -> datetime:
    """A moment on a date written YYYY-MM-DD."""
    return moment(day(text), hour, minute)


def after(start: date, days: int) -> date:
    """That many days later (or, below zero, earlier); a weekend waits for Monday."""
    day = start + timedelta(days=days)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def yuan(amount: int, fen: int = 0) -> int:
    """Whole yuan and fen as fen."""
    return amount * 100 + fen


def own_uuid(name: str) -> str:
    """The UUID that goes with a name in this story."""
    return str(uuid.uuid5(_NAMES, name))


def named(kind: str, name: str) -> str:
    """The subject id that goes with a name."""
    return f"{kind}:{own_uuid(f'{kind}/{name}')}"


def made_up_code(head: str, body: str) -> str:
    """A credit code that nobody has, with both check digits: 2 characters, 310000, 8 made up."""
    first17 = f"{head}310000{body}{body_code_check(body)}"
    return first17 + credit_code_check(first17)


def made_up_patent(year: int, serial: int, kind: str = "1") -> str:
    """An application number that passes its check digit; real serials never reach 9,000,000."""
    body = f"{year}{kind}{9_000_000 + serial}"
    return f"patent:{body}{patent_check_digit(body)}"
