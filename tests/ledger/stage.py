"""A ledger with a bureau, two institutions and somebody in every role, built through the book."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import NAMESPACE_DNS, uuid5

import psycopg
import pytest

from ledger.actors import CITY_WIDE, TIME_BOXED, Role
from ledger.case import SHANGHAI, Command, Recorded
from ledger.codec import canonical, decode
from ledger.folding import fold
from ledger.identifiers import credit_code_check
from ledger.institutions import OpenLog, RegisterInstitution
from ledger.proposals import AffirmRight, ConfirmRight, GrantRole, RegisterActor
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer, Request, Statement
from ledger.writers import Scribe

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai on a Monday: when a stage opens."""

ELSEWHERE = " elsewhere"
SECOND = "second "
"""`second finance-clerk` is another person in the role; `finance-clerk elsewhere` sits in the
other institution."""

_SECOND_PERSONS = (
    Role.CENTRE_STAFF,
    Role.CENTRE_REVIEWER,
    Role.FINANCE_CLERK,
    Role.FINANCE_APPROVER,
    Role.BUREAU_CLERK,
    Role.BUREAU_APPROVER,
    Role.BUREAU_PAYER,
)


def given_role(
    holder: str, role: Role, scope: str | None, ends: date | None = None
) -> tuple[GrantRole, ConfirmRight]:
    """What gives a role: proposed by one person, confirmed by another."""
    proposal = own_id("proposal", f"{holder}{role}{scope}")
    granted = GrantRole(proposal=proposal, holder=holder, role=role, scope=scope, ends=ends)
    return granted, ConfirmRight(proposal=proposal)


def own_id(kind: str, name: str) -> str:
    """The same subject id for the same name in every run, such as `license:<uuid>`."""
    return f"{kind}:{uuid5(NAMESPACE_DNS, f'{kind}.{name}.example')}"


def credit_code(first17: str) -> str:
    """A made-up credit code that passes its check."""
    return first17 + credit_code_check(first17)


BUREAU = f"institution:{credit_code('11310000MADEUP001')}"
HERE = f"institution:{credit_code('12310000MADEUP002')}"
THERE = f"institution:{credit_code('12310000MADEUP003')}"


class StageClock:
    """A clock that a test sets; it moves a second with every reading."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The moment; the next one is a second later."""
        self.now += timedelta(seconds=1)
        return self.now

    def set(self, day: date, hour: int = 9) -> None:
        """Go to an hour of a day in Shanghai."""
        self.now = datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)


class Requests:
    """Commands as requests, with ids and keys that are the same in every run."""

    def __init__(self, seed: str = "stage") -> None:
        self._seed, self._count = seed, 0

    def make(
        self,
        command: Command,
        actor: str,
        key: str | None = None,
        *,
        body: bytes | None = None,
        commitments: Mapping[str, str] | None = None,
        beside: tuple[Statement, ...] = (),
    ) -> Request:
        """A request by an actor id. `body` stands for the caller's words, else the command does."""
        self._count += 1
        words = canonical(command.model_dump(mode="json")) if body is None else body
        return Request(
            command=command,
            actor=actor,
            command_id=_digest("command", self._seed, self._count).hex()[:32],
            key=None if key is None else _digest("key", actor, key),
            body_hash=None if key is None else hashlib.sha256(words).digest(),
            commitments=commitments_of(command) if commitments is None else commitments,
            beside=beside,
        )


def commitments_of(command: Command) -> dict[str, str]:
    """Commitments to the private fields a command carries, without a salt and without a vault."""
    return {
        field: _digest(field, getattr(command, field)).hex()
        for field in type(command).PRIVATE
        if getattr(command, field) is not None
    }


def _digest(*parts: object) -> bytes:
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).digest()


class Stage:
    """One scribe on a ledger, and names for whoever acts."""

    def __init__(self, url: str, clock: StageClock | None = None, seed: str = "stage") -> None:
        """`url` is the service's; nothing is written before `open`."""
        self.url = url
        self.clock = clock or StageClock()
        self.scribe = Scribe(url, self.clock)
        self.requests = Requests(seed)
        keepers = ("administrator", "security")
        self.actors: dict[str, str] = {name: own_id("actor", name) for name in keepers}
        self.actors |= {name: own_id("actor", name) for name in _posts()}
        self.persons = {name: own_id("person", name) for name in self.actors}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.scribe.__exit__(kind, error, trace)

    def open(self) -> Self:
        """Open the log, admit the institutions, fill every post."""
        commands: list[Command] = [
            OpenLog(
                origin="example.edu.cn/ledger",
                clock="simulated",
                administrator=self.actors["administrator"],
                person=self.persons["administrator"],
                security_administrator=self.actors["security"],
                security_person=self.persons["security"],
            ),
            _institution(BUREAU, "bureau", "知识产权局", "IP Office"),
            _institution(HERE, "university", "甲大学", "University A"),
            _institution(THERE, "university", "乙大学", "University B"),
        ]
        for name, (role, scope) in _posts().items():
            holder = self.actors[name]
            ends = date(2027, 12, 31) if role in TIME_BOXED else None
            commands.append(RegisterActor(actor=holder, person=self.persons[name]))
            commands.extend(given_role(holder, role, scope, ends))
        for verdict in self.scribe.handle_all(
            [self.requests.make(each, self.keeper(each)) for each in commands]
        ):
            if isinstance(verdict, Exception):
                raise verdict
        return self

    def keeper(self, command: Command) -> str:
        """Who gives a command about rights: the second person confirms and affirms."""
        second = isinstance(command, ConfirmRight | AffirmRight)
        return self.actors["security" if second else "administrator"]

    def request(self, command: Command, actor: str, key: str | None = None, **how: Any) -> Request:
        """A request by a named actor; `how` as in `Requests.make`."""
        return self.requests.make(command, self.actors[actor], key, **how)

    def do(self, command: Command, actor: str, key: str | None = None, **how: Any) -> Answer:
        """Have a command decided. Raises Refusal."""
        return self.scribe.handle(self.request(command, actor, key, **how))

    def refuses(self, code: Refused, command: Command, actor: str, **how: Any) -> Refusal:
        """Expect a refusal with this code and nothing written."""
        before = self.size()
        with pytest.raises(Refusal) as caught:
            self.do(command, actor, **how)
        assert caught.value.code is code, caught.value
        assert self.size() == before
        return caught.value

    def size(self) -> int:
        """How many facts the log holds."""
        return len(self._rows("SELECT position FROM ledger.facts"))

    def facts(self, subject: str | None = None) -> tuple[Recorded, ...]:
        """The facts of the log, or those that touch a subject, in order."""
        if subject is None:
            rows = self._rows("SELECT position, state FROM ledger.facts ORDER BY position")
        else:
            rows = self._rows(
                "SELECT f.position, f.state FROM ledger.facts f JOIN ledger.subjects s"
                " USING (position) WHERE s.subject = %s ORDER BY s.sequence",
                (subject,),
            )
        return tuple(decode(state, position) for position, state in rows)

    def state(self, subject: str) -> Any:
        """A subject folded from what the database holds, past every cache."""
        return fold(subject, self.facts(subject))

    def _rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql.encode(), parameters).fetchall()


def _posts() -> dict[str, tuple[Role, str | None]]:
    """Name of every actor but the administrator, with role and institution."""
    posts: dict[str, tuple[Role, str | None]] = {}
    for role in Role:
        if role is Role.ADMINISTRATOR:
            continue
        city_wide = role in CITY_WIDE
        posts[role.value] = (role, None if city_wide else HERE)
        if role in _SECOND_PERSONS:
            posts[f"{SECOND}{role.value}"] = posts[role.value]
        if not city_wide:
            posts[f"{role.value}{ELSEWHERE}"] = (role, THERE)
    return posts


def _institution(code: str, kind: Any, name_zh: str, name_en: str) -> RegisterInstitution:
    return RegisterInstitution(code=code, kind=kind, name_zh=name_zh, name_en=name_en)
