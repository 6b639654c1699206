"""Open licenses: terms declared to everybody, announced, withdrawn, and taken up by a notice."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Ref
from ledger.declaration import Declaration
from ledger.facts import (
    LicenseGranted,
    OpenLicenseAnnounced,
    OpenLicenseDeclared,
    OpenLicenseTaken,
    OpenLicenseWithdrawn,
)
from ledger.facts.deals import FeeFen, Payment, Terms
from ledger.facts.open_licenses import Criterion, Scheme
from ledger.licenses import GrantLicense, grant_license
from ledger.money import Rate
from ledger.open_license_state import OpenLicense, read_open_license, terms_of
from ledger.refusals import Refusal, Refused
from ledger.rights import PENDING, Patent, filings, need_patent, title_breaches
from ledger.subjects import CounterpartyId, DeclarationId, LicenseId, PatentId, Text
from ledger.terms import need_no_earlier, need_sound_terms

STATUTORY_FROM = date(2024, 1, 20)
"""专利法实施细则 (2023): from this day declarations are received by statute, before it on trial."""

# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class DeclareOpenLicense(Command):
    """Record a declaration; without a scheme the day tells whether it is a trial or by statute."""

    NAME: ClassVar[str] = "open-license.declare"
    ZH: ClassVar[str] = "登记开放许可声明"
    EN: ClassVar[str] = "Record an open-license declaration"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "declaration"
    declaration: DeclarationId
    patent: PatentId
    scheme: Scheme | None = None
    payment: Payment
    fee_fen: FeeFen = 0
    royalty_rate: Rate | None = None
    royalty_base: Text | None = None
    ends: date | None = None
    criteria: Annotated[tuple[Criterion, ...], Field(max_length=4)] = ()
    on: date | None = None


class AnnounceOpenLicense(Command):
    """Record that the declaration was announced."""

    NAME: ClassVar[str] = "open-license.announce"
    ZH: ClassVar[str] = "登记开放许可公告"
    EN: ClassVar[str] = "Record the announcement of an open license"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    declaration: DeclarationId
    announcement: Text | None = None
    on: date | None = None


class WithdrawOpenLicense(Command):
    """Record that the withdrawal was announced; licenses taken before stay."""

    NAME: ClassVar[str] = "open-license.withdraw"
    ZH: ClassVar[str] = "登记开放许可撤回"
    EN: ClassVar[str] = "Record the withdrawal of an open license"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    declaration: DeclarationId
    on: date | None = None


class TakeOpenLicense(Command):
    """Record that somebody took the license up; without terms those declared hold from `on`."""

    NAME: ClassVar[str] = "open-license.take"
    ZH: ClassVar[str] = "登记开放许可达成"
    EN: ClassVar[str] = "Record the take-up of an open license"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "license"
    license: LicenseId
    declaration: DeclarationId
    contract_number: Text
    counterparty: CounterpartyId
    related_party: bool = False
    terms: Terms | None = None
    on: date | None = None


# --- decide


def declare_open_license(command: DeclareOpenLicense, case: Case) -> Decision:
    """Record a declaration. Refuses terms that contradict themselves.

    A scheme that was not yet, or no longer, open on the day is a breach, and so is, by statute,
    every obstacle that `_obstacles` names.
    """
    on = command.on or case.today
    statutory = on >= STATUTORY_FROM
    scheme: Scheme = command.scheme or ("open" if statutory else "open-pilot")
    if case.read(OpenLicense, command.declaration).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.declaration)
    patent = need_patent(case, command.patent)
    fact = OpenLicenseDeclared(
        declaration=command.declaration,
        patent=command.patent,
        scheme=scheme,
        payment=command.payment,
        fee_fen=command.fee_fen,
        royalty_rate=command.royalty_rate,
        royalty_base=command.royalty_base,
        ends=command.ends,
        criteria=tuple(dict.fromkeys(command.criteria)),
        on=on,
    )
    need_sound_terms(terms_of(fact, on), scheme)
    patents = {command.patent: patent}
    breaches = list(title_breaches(patents, case.institution, (on,)))
    if (scheme == "open") != statutory:
        values = {"declaration": command.declaration, "origin": scheme, "on": on.isoformat()}
        breaches.append(Breach("open-license-scheme-contradicts-day", values))
    if scheme == "open":
        breaches += _obstacles(command, patent, on)
    return Decision((New(fact, rests_on=filings(patents)),), tuple(breaches))


def _obstacles(command: DeclareOpenLicense, patent: Patent, on: date) -> Iterable[Breach]:
    """What keeps a right from being declared open (专利法 art. 50, 专利法实施细则 art. 85-86).

    An application, a declaration that stands, a live exclusive or sole license, an unpaid
    annuity, a pledge whose holder has not agreed (evidence `pledgee-consent`), a utility model or
    design without an evaluation report (recorded, or evidence `evaluation-report`).
    """
    about = {"patent": command.patent, "license": command.declaration, "on": on.isoformat()}
    shown = {item.kind for item in command.evidence}
    if patent.status_on(on) in PENDING:
        yield Breach("right-is-not-granted-yet", about)
    if (standing := patent.declared_open_on(on)) is not None:
        values = {"declaration": standing.declaration}
        yield Breach("open-license-is-declared-already", {**about, **values})
    for other in patent.licenses_on(on):
        if other.exclusivity != "ordinary":
            values = {"other": other.license, "other_exclusivity": other.exclusivity}
            yield Breach("open-under-exclusive", {**about, **values})
    if patent.annuity_overdue_on(on):
        yield Breach("annuity-is-unpaid", about)
    if patent.pledged_on(on) and "pledgee-consent" not in shown:
        yield Breach("pledgee-consent-is-missing", about)
    reported = patent.has_evaluation_report or "evaluation-report" in shown
    if patent.kind != "invention" and not reported:
        yield Breach("evaluation-report-is-missing", {**about, "kind": patent.kind})


def announce_open_license(command: AnnounceOpenLicense, case: Case) -> Decision:
    """Record the announcement. Refused before the declaration; a second one is a breach."""
    state = read_open_license(case, command.declaration)
    on = command.on or case.today
    need_no_earlier(on, state.on)
    fact = OpenLicenseAnnounced(
        declaration=command.declaration,
        patent=state.patent,
        announcement=command.announcement,
        on=on,
    )
    breaches = _again("open-license-is-announced-already", command.declaration, state.announced)
    return Decision((New(fact, rests_on=_ground(command.declaration, state)),), breaches)


def withdraw_open_license(command: WithdrawOpenLicense, case: Case) -> Decision:
    """Record the withdrawal. Refused before the declaration; a second one is a breach."""
    state = read_open_license(case, command.declaration)
    on = command.on or case.today
    need_no_earlier(on, state.on)
    fact = OpenLicenseWithdrawn(declaration=command.declaration, patent=state.patent, on=on)
    breaches = _again("open-license-is-withdrawn", command.declaration, state.withdrawn)
    return Decision((New(fact, rests_on=_ground(command.declaration, state)),), breaches)


def take_open_license(command: TakeOpenLicense, case: Case) -> Decision:
    """Record a take-up: the license, decided as any other, and that it came of this declaration.

    Refuses a day before the declaration. One before the announcement, from the withdrawal on, or
    past the declared end is a breach.
    """
    state = read_open_license(case, command.declaration)
    on = command.on or case.today
    need_no_earlier(on, state.on)
    over = state.ends is not None and state.ends < on
    granted = grant_license(
        GrantLicense(
            license=command.license,
            contract_number=command.contract_number,
            counterparty=command.counterparty,
            patents=(state.patent,),
            origin=state.scheme,
            related_party=command.related_party,
            signed=on,
            # Taken up past the end, it cannot have meant that end to hold.
            terms=command.terms or terms_of(replace(state, ends=None) if over else state, on),
            evidence=command.evidence,
        ),
        case,
    )
    taken = OpenLicenseTaken(
        declaration=command.declaration, license=command.license, patent=state.patent, on=on
    )
    rests_on = (*_ground(command.declaration, state), Ref(command.license, 1))
    return Decision(
        (*granted.new, New(taken, rests_on=rests_on)),
        (*granted.breaches, *_untimely(command.declaration, state, on)),
    )


def _untimely(declaration: str, state: OpenLicense, on: date) -> Iterable[Breach]:
    about = {"declaration": declaration, "on": on.isoformat()}
    if state.announced is None or on < state.announced:
        yield Breach("open-license-is-not-announced", about)
    if state.withdrawn is not None and state.withdrawn <= on:
        yield Breach("open-license-is-withdrawn", {**about, "on": state.withdrawn.isoformat()})
    if state.ends is not None and state.ends < on:
        yield Breach("open-license-has-ended", {**about, "ends": state.ends.isoformat()})


def _ground(declaration: str, state: OpenLicense) -> tuple[Ref, ...]:
    return (Ref(declaration, state.declared),)


def _again(code: str, declaration: str, before: date | None) -> tuple[Breach, ...]:
    if before is None:
        return ()
    return (Breach(code, {"declaration": declaration, "on": before.isoformat()}),)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(DeclareOpenLicense, declare_open_license, (OpenLicenseDeclared,)),
    Declaration(AnnounceOpenLicense, announce_open_license, (OpenLicenseAnnounced,)),
    Declaration(WithdrawOpenLicense, withdraw_open_license, (OpenLicenseWithdrawn,)),
    Declaration(TakeOpenLicense, take_open_license, (LicenseGranted, OpenLicenseTaken)),
)
