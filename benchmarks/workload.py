"""The facts that are measured: fourteen types, about 600 bytes each, chains of 10 to 25.

Contracts, applications and firms name their paper; what follows them in routine does not.
"""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ledger.access import RevokeRole
from ledger.actors import Role
from ledger.case import Command
from ledger.contracts import ScheduleInstalment
from ledger.counterparties import RegisterCounterparty
from ledger.counterparty_sizes import DeclareSize
from ledger.facts.base import Evidence
from ledger.facts.deals import Terms
from ledger.identifiers import IdentifierKind, credit_code_check, patent_check_digit
from ledger.institutions import OpenLog, RegisterInstitution
from ledger.licenses import AmendLicense, GrantLicense, RecordLicense
from ledger.patents import FilePatent, GrantPatent, LapsePatent, RestorePatent
from ledger.persons import RegisterPerson
from ledger.policies.sme_2011 import Industry, Size
from ledger.proposals import ConfirmRight, GrantRole, RegisterActor
from ledger.sitting import Request

SPACE = uuid.UUID("7a686968-656e-6700-8000-000000000001")
DAY = date(2022, 3, 1)


def ident(kind: str, *parts: object) -> str:
    """A subject id that is the same in every run."""
    return f"{kind}:{uuid.uuid5(SPACE, kind + repr(parts))}"


def credit_code(prefix: str, number: int) -> str:
    """A made-up credit code with a right check digit."""
    body = f"{prefix}310000MB{number:07d}"[:17]
    return body + credit_code_check(body)


ADMIN, SECURITY, STAFF, CLERK = (
    ident("actor", name) for name in ("admin", "security", "staff", "clerk")
)
BUREAU_CODE = f"institution:{credit_code('11', 1)}"
UNIVERSITY = f"institution:{credit_code('12', 2)}"


def request(command: Command, actor: str, *key: object) -> Request:
    """A request under a key of its own."""
    name = repr(key).encode()
    return Request(
        command=command,
        actor=actor,
        command_id=hashlib.sha256(b"id" + name).hexdigest()[:32],
        key=hashlib.sha256(b"key" + name).digest(),
        body_hash=hashlib.sha256(b"body" + name).digest(),
        commitments={"name": hashlib.sha256(name).hexdigest()},
    )


def opening() -> Iterator[Request]:
    """What every run needs first: the log, two institutions, three actors."""
    person = ident("person", "admin")
    log = OpenLog(
        origin="bench.local/log",
        clock="real",
        administrator=ADMIN,
        person=person,
        security_administrator=SECURITY,
        security_person=ident("person", "security"),
    )
    yield request(log, ADMIN, "open")
    for code, kind in ((BUREAU_CODE, "bureau"), (UNIVERSITY, "university")):
        named: Any = {"code": code, "kind": kind, "name_zh": "示例机构", "name_en": "Sample"}
        yield request(RegisterInstitution(**named), ADMIN, "institution", code)
    for actor, role in ((STAFF, Role.CENTRE_STAFF), (CLERK, Role.FINANCE_CLERK)):
        registered = RegisterActor(
            actor=actor, person=ident("person", actor), institution=UNIVERSITY
        )
        yield request(registered, ADMIN, "actor", actor)
        proposal, since = ident("proposal", actor), date(2020, 1, 1)
        grant = GrantRole(
            proposal=proposal, holder=actor, role=role, scope=UNIVERSITY, starts=since
        )
        yield request(grant, ADMIN, "role", actor)
        yield request(ConfirmRight(proposal=proposal), SECURITY, "confirmed", actor)


def patent_number(run: str, n: int) -> str:
    """A made-up invention application of a run."""
    serial = uuid.uuid5(SPACE, f"{run} {n}").int % 10_000_000
    body = f"{2004 + uuid.uuid5(SPACE, run).int % 14}1{serial:07d}"
    return f"patent:{body}{patent_check_digit(body)}"


PROOF = (Evidence(kind="synthetic", source="benchmark workload, document 2022-0017"),)
TERMS = Terms(
    exclusivity="ordinary",
    territory=("上海市",),
    field="无线充电",
    starts=DAY,
    ends=date(2027, 2, 28),
    payment="pay-later",
    fixed_fee_fen=0,
    entry_fee_fen=0,
    minimum_royalty_fen=0,
    royalty_rate=None,
    royalty_base=None,
    instalments=(),
)


def group(run: str, n: int) -> Iterator[Request]:
    """Fifty-seven commands about one patent, its license, the licensee, and two people."""
    patent, license_id = patent_number(run, n), ident("license", run, n)
    firm = f"counterparty:{ident('x', run, n)[2:]}"
    yield from _people(run, n)
    yield from _patent(run, n, patent)
    yield from _licensee(run, n, firm)
    yield from _license(run, n, patent, license_id, firm)


def _patent(run: str, n: int, patent: str) -> Iterator[Request]:
    filed = FilePatent(
        patent=patent,
        kind="invention",
        title="一种基于超材料的无线充电装置及其控制方法",
        filed=date(2019, 5, 6),
        owners=(UNIVERSITY,),
        other_owners=(),
        inventors=(ident("person", run, n),),
        evidence=PROOF,
    )
    yield request(filed, STAFF, run, n, "file")
    granted = GrantPatent(patent=patent, announcement="CN112345678B", on=date(2020, 8, 9))
    yield request(granted, STAFF, run, n, "grant")
    for turn in range(9):
        day = date(2021, 1, 1) + timedelta(days=20 * turn)
        lapsed = LapsePatent(patent=patent, cause="unpaid-annuity", on=day)
        yield request(lapsed, STAFF, run, n, "lapse", turn)
        restored = RestorePatent(patent=patent, on=day + timedelta(days=10))
        yield request(restored, STAFF, run, n, "restore", turn)


def _licensee(run: str, n: int, firm: str) -> Iterator[Request]:
    registered = RegisterCounterparty(
        counterparty=firm,
        identifier_kind=IdentifierKind("foreign-register"),
        code="DE-HRB123456",
        name="Beispiel Funktechnik GmbH",
        evidence=PROOF,
    )
    yield request(registered, STAFF, run, n, "firm")
    for turn in range(9):
        declared = DeclareSize(
            counterparty=firm,
            industry=Industry("industry"),
            size=Size("small"),
            year=2013 + turn,
            basis="declaration-letter",
            on=date(2014 + turn, 1, 15),
        )
        yield request(declared, STAFF, run, n, "size", turn)


def _license(run: str, n: int, patent: str, license_id: str, firm: str) -> Iterator[Request]:
    granted = GrantLicense(
        license=license_id,
        contract_number=f"XK-{n:08d}",
        counterparty=firm,
        patents=(patent,),
        origin="negotiated",
        related_party=False,
        signed=DAY,
        terms=TERMS,
        evidence=PROOF,
    )
    yield request(granted, STAFF, run, n, "license")
    for turn in range(3):
        amended = AmendLicense(
            license=license_id,
            terms=TERMS,
            on=DAY + timedelta(days=turn + 1),
        )
        yield request(amended, STAFF, run, n, "amend", turn)
    recorded = RecordLicense(license=license_id, recordal_number=f"X2022{n:09d}", on=DAY)
    yield request(recorded, STAFF, run, n, "record")
    for turn in range(12):
        scheduled = ScheduleInstalment(
            contract=license_id,
            due=date(2022, 4, 1) + timedelta(days=30 * turn),
            amount_fen=123_456_00 + turn,
            purpose="royalty",
        )
        yield request(scheduled, STAFF, run, n, "due", turn)


def _people(run: str, n: int) -> Iterator[Request]:
    person = ident("person", run, n)
    yield request(RegisterPerson(person=person, name="某某"), STAFF, run, n, "person")
    actor = ident("actor", run, n)
    registered = RegisterActor(actor=actor, kind="program", institution=UNIVERSITY)
    yield request(registered, ADMIN, run, n, "actor")
    for turn in range(3):
        held: Any = {"holder": actor, "role": Role.INTERNAL_AUDITOR, "scope": UNIVERSITY}
        proposal = ident("proposal", run, n, turn)
        proposed = GrantRole(proposal=proposal, **held, starts=DAY)
        yield request(proposed, ADMIN, run, n, "role", turn)
        yield request(ConfirmRight(proposal=proposal), SECURITY, run, n, "confirmed", turn)
        yield request(RevokeRole(**held), ADMIN, run, n, "revoke", turn)


def now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)
