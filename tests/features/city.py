"""The city in which scenarios play: institutions, people in every post, and names for all things.

A scenario speaks of things by name; the city knows which subject of the log each name stands for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import psycopg

from api.audit.findings import Report
from api.completeness import Comparison
from api.home import Home
from api.lists.intake import Asked, ListPreview, accept, preview
from api.texts import filled, refusal_text
from ledger.case import SHANGHAI, Recorded
from ledger.codec import decode
from ledger.identifiers import body_code_fits, credit_code_check, patent_check_digit
from ledger.money import parse_yuan
from ledger.refusals import Refusal
from ledger.writers import Scribe
from tests.features.doors import Doorway, Outcome
from tests.features.words import ROLES

BUREAU = "主管局"
HOME_PLACE = "甲大学"
PLACES = {BUREAU: "bureau", "甲大学": "university", "乙大学": "university", "丙研究所": "institute"}
KINDS = {"bureau": "bureau", "university": "university", "institute": "research-institute"}
POSTS = ("中心专职人员", "中心复核人", "财务经办", "财务审批")
BUREAU_POSTS = {
    "局经办甲": "局经办",
    "局经办乙": "局经办",
    "局审批": "局审批",
    "局拨付": "局拨付",
    "审计机关": "审计机关",
}
KEEPERS = ADMINISTRATOR, SECURITY = "系统管理员", "安全管理员"
FOUNDED = date(2018, 1, 2)
"""The day on which the city's log is opened."""

_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def own_id(kind: str, name: str) -> str:
    """The same id for the same name in every run."""
    return f"{kind}:{uuid5(NAMESPACE_DNS, f'{kind}.{name}')}"


def credit_code(name: str) -> str:
    """A made-up credit code of a body; all its check characters fit."""
    number = uuid5(NAMESPACE_DNS, f"code.{name}").int % 10**8
    for check in "0123456789X":
        first = f"91310000{number:08}{check}"
        code = first + credit_code_check(first)
        if body_code_fits(code):
            return code
    raise AssertionError(name)


def patent_number(name: str, kind: str, year: int) -> str:
    """A made-up application number of a kind and year, with its check digit."""
    digit = {"invention": 1, "utility-model": 2, "design": 3}[kind]
    body = f"{year}{digit}{uuid5(NAMESPACE_DNS, f'patent.{name}').int % 10**7:07}"
    return body + patent_check_digit(body)


def fen(text: str) -> int:
    """Yuan as the law book writes them, in fen."""
    return parse_yuan(text)


class CityClock:
    """A clock that scenarios set; it moves a second with every reading."""

    def __init__(self, day: date = FOUNDED) -> None:
        self.now = datetime.combine(day, time(9), SHANGHAI).astimezone(UTC)

    def __call__(self) -> datetime:
        """The moment; the next one is a second later."""
        self.now += timedelta(seconds=1)
        return self.now

    def set(self, day: date) -> None:
        """Go to nine in the morning of a day in Shanghai."""
        self.now = datetime.combine(day, time(9), SHANGHAI).astimezone(UTC)

    @property
    def today(self) -> date:
        """The date in Shanghai."""
        return self.now.astimezone(SHANGHAI).date()


@dataclass
class City:
    """A ledger, a way in, and what the scenario has said so far.

    `outcome` is that of the last deed. A deed that was refused must be followed by a step that
    says so: a refusal nobody expected fails the scenario.
    """

    home: Home
    door: Doorway
    clock: CityClock
    connection: psycopg.Connection[Any]
    names: dict[str, str] = field(default_factory=dict)
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    team: list[dict[str, Any]] = field(default_factory=list)
    balances: dict[str, int] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)
    earlier: Outcome = field(default_factory=Outcome)
    size_before: int = 0
    awaits_examination: bool = False
    listed: ListPreview | None = None
    compared: Comparison | None = None
    audited: Report | None = None

    # names

    def call(self, name: str, subject: str) -> str:
        """Give a subject a name for the rest of the scenario."""
        self.names[name] = subject
        return subject

    def id(self, name: str) -> str:
        """The subject of a name."""
        return self.names[name]

    def fresh(self, kind: str, name: str) -> str:
        """A new subject of a kind under a name."""
        return self.call(name, own_id(kind, name))

    def name_of(self, subject: str) -> str:
        """The name of a subject, or the subject itself where nobody named it."""
        return next((name for name, known in self.names.items() if known == subject), subject)

    def place(self, name: str) -> str:
        """The institution of a name."""
        return self.names[name]

    def actor(self, who: str) -> tuple[str, str]:
        """Id and institution of whoever a phrase names, such as 财务经办 or 乙大学的财务经办."""
        if who in self.people:
            return self.people[who]
        place, _, post = who.rpartition("的")
        return self.people[f"{place or HOME_PLACE}的{post}"]

    # deeds

    def do(self, who: str, command: str, body: dict[str, Any], key: str | None = None) -> Outcome:
        """Somebody asks for something; amounts in fen. The outcome waits to be looked at."""
        self.need_examined()
        actor, institution = self.actor(who)
        scoped = institution not in ("", self.names.get(BUREAU))
        given = {"institution": institution, **body} if scoped else body
        self.door.welcome(actor)
        self.size_before = self.size()
        return self._came_to(self.door.command(command, given, actor, key))

    def give(self, who: str, command: str, body: dict[str, Any], proposal: str) -> Outcome:
        """Somebody proposes a right, and the security administrator confirms what is proposed."""
        outcome = self.do(who, command, body)
        if outcome.refused is None and "right-proposed.v1" in outcome.facts:
            outcome = self.do(SECURITY, "right.confirm", {"proposal": proposal})
        return outcome

    def upload(
        self, who: str, data: bytes, *, accept_good: bool = False, dry_run: bool = False
    ) -> Outcome:
        """Somebody brings a bank file."""
        self.need_examined()
        actor, _ = self.actor(who)
        self.door.welcome(actor)
        self.size_before = self.size()
        return self._came_to(
            self.door.upload(data, actor, accept_good=accept_good, dry_run=dry_run)
        )

    def bring_list(self, who: str, asked: Asked, *, dry_run: bool = False) -> Outcome:
        """Somebody brings a list that an office keeps; `listed` is what was found in it."""
        self.need_examined()
        actor, _ = self.actor(who)
        self.size_before = self.size()
        try:
            if dry_run:
                self.listed = preview(self.home, self.connection, actor, asked)
                return self._came_to(Outcome())
            with Scribe(self.home.service_url, self.clock) as scribe:
                taken = accept(self.home, self.connection, scribe, actor, asked)
        except Refusal as refusal:
            words = filled(refusal_text(refusal.code).zh, refusal.values, "zh")
            return self._came_to(Outcome(refused=refusal.code, words=words, values=refusal.values))
        assert not taken.refused, taken.refused
        self.listed = taken.preview
        return self._came_to(Outcome())

    def _came_to(self, outcome: Outcome) -> Outcome:
        self.earlier, self.outcome = self.outcome, outcome
        self.awaits_examination = outcome.refused is not None
        return outcome

    def need_examined(self) -> None:
        """Fail on a refusal that no step spoke of."""
        assert not self.awaits_examination, (self.outcome.refused, self.outcome.words)

    # the log itself

    def size(self) -> int:
        """How many facts the log holds."""
        return int(self._one("SELECT count(*) FROM ledger.facts"))

    def holds_text(self, text: str) -> bool:
        """Whether the log's bytes hold a text anywhere."""
        sql = "SELECT count(*) FROM ledger.facts WHERE position(%s::bytea IN state) > 0"
        return bool(self._one(sql, (text.encode(),)))

    def last_fact(self, subject: str, topic: str) -> Recorded:
        """The newest fact of a type about a subject."""
        row = self.connection.execute(
            "SELECT f.state, f.position FROM ledger.facts f JOIN ledger.subjects s"
            " USING (position) WHERE s.subject = %s AND f.topic = %s"
            " ORDER BY s.sequence DESC LIMIT 1",
            (subject, topic),
        ).fetchone()
        assert row is not None, (subject, topic)
        return decode(bytes(row[0]), row[1])

    def _one(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        row = self.connection.execute(sql.encode(), parameters).fetchone()
        assert row is not None
        return row[0]


def opening() -> dict[str, Any]:
    """What opens a log: its name, its clock, and the two who give rights."""
    return {
        "origin": "example.edu.cn/ledger",
        "clock": "simulated",
        "administrator": own_id("actor", ADMINISTRATOR),
        "person": own_id("person", ADMINISTRATOR),
        "security_administrator": own_id("actor", SECURITY),
        "security_person": own_id("person", SECURITY),
    }


def founding() -> Iterable[tuple[str, str, dict[str, Any]]]:
    """The commands that found a city, each with who gives it: log, institutions, every post."""
    yield ADMINISTRATOR, "log.open", opening()
    for place, kind in PLACES.items():
        names = {"name_zh": place, "name_en": kind}
        code = f"institution:{credit_code(place)}"
        yield ADMINISTRATOR, "institution.register", {"code": code, "kind": KINDS[kind], **names}
    for who, (actor, institution) in residents().items():
        if who in (ADMINISTRATOR, SECURITY):
            continue
        post = BUREAU_POSTS.get(who, who.rpartition("的")[2])
        yield ADMINISTRATOR, "actor.register", {"actor": actor, "person": own_id("person", who)}
        proposal = {"proposal": own_id("proposal", who)}
        grant: dict[str, Any] = {**proposal, "holder": actor, "role": ROLES[post]}
        if who not in BUREAU_POSTS:
            grant["scope"] = institution
        if post == "审计机关":
            grant["ends"] = "2030-12-31"
        yield ADMINISTRATOR, "role.grant", grant
        yield SECURITY, "right.confirm", proposal


def residents() -> dict[str, tuple[str, str]]:
    """Everybody in a post: phrase to actor id and institution id."""
    bureau = f"institution:{credit_code(BUREAU)}"
    people = {who: (own_id("actor", who), bureau) for who in (*KEEPERS, *BUREAU_POSTS)}
    for place, kind in PLACES.items():
        if kind == "bureau":
            continue
        for post in POSTS:
            who = f"{place}的{post}"
            people[who] = (own_id("actor", who), f"institution:{credit_code(place)}")
    return people


def places() -> dict[str, str]:
    """Name to institution id."""
    return {place: f"institution:{credit_code(place)}" for place in PLACES}
