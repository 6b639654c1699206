"""Licenses: granted, amended, recorded and terminated, with every rule they break beside them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Ref
from ledger.counterparty_state import need_counterparty
from ledger.declaration import Declaration
from ledger.facts import LicenseAmended, LicenseGranted, LicenseRecorded, LicenseTerminated
from ledger.facts.deals import Origin, Terms
from ledger.license_state import License, evolve, need_license
from ledger.policies.holidays import HOLIDAYS_2018_2026, deadline_after_months, holiday_calendar
from ledger.refusals import Refusal, Refused
from ledger.rights import Patent, consent_breaches, filings, need_patents, title_breaches
from ledger.scopes import Scope, collisions, scope_under
from ledger.subjects import CounterpartyId, LicenseId, PatentId, Text
from ledger.terms import need_after_signing, need_settled_kept, need_sound_terms

__all__ = [
    "DECLARATIONS",
    "AmendLicense",
    "GrantLicense",
    "License",
    "RecordLicense",
    "TerminateLicense",
    "evolve",
    "need_license",
]

RECORDAL_MONTHS = 3
"""专利法实施细则 art. 15: recordal within three months of the contract taking effect."""

_CALENDAR = holiday_calendar(HOLIDAYS_2018_2026)

# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class GrantLicense(Command):
    """Record a signed license contract."""

    NAME: ClassVar[str] = "license.grant"
    ZH: ClassVar[str] = "登记许可合同"
    EN: ClassVar[str] = "Record a license contract"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "license"
    license: LicenseId
    contract_number: Text
    counterparty: CounterpartyId
    patents: Annotated[tuple[PatentId, ...], Field(min_length=1, max_length=200)]
    origin: Origin = "negotiated"
    parent_license: LicenseId | None = None
    reciprocal: LicenseId | None = None
    related_party: bool = False
    signed: date
    terms: Terms


class AmendLicense(Command):
    """Record new terms of a license, stated whole."""

    NAME: ClassVar[str] = "license.amend"
    ZH: ClassVar[str] = "登记许可合同变更"
    EN: ClassVar[str] = "Record an amendment of a license"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    license: LicenseId
    terms: Terms
    on: date | None = None


class RecordLicense(Command):
    """Record that the patent office took the license on record."""

    NAME: ClassVar[str] = "license.record"
    ZH: ClassVar[str] = "登记许可备案"
    EN: ClassVar[str] = "Note the recordal of a license"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    license: LicenseId
    recordal_number: Text
    on: date | None = None


class TerminateLicense(Command):
    """Record that a license ended before its term; `on` is the first day without it."""

    NAME: ClassVar[str] = "license.terminate"
    ZH: ClassVar[str] = "登记许可合同终止"
    EN: ClassVar[str] = "Record the termination of a license"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    license: LicenseId
    cause: Literal["agreed", "breach", "invalidated", "other"]
    on: date | None = None


# --- decide


def grant_license(command: GrantLicense, case: Case) -> Decision:
    """Record a license. Refuses terms that contradict themselves, and unknown parties and rights.

    Conflicts with other licenses, dead or assigned rights and missing consents are breaches.
    """
    need_sound_terms(command.terms, command.origin)
    if command.signed > case.today:
        raise Refusal(
            Refused.DATE_MUST_NOT_LIE_IN_THE_FUTURE,
            field="signed",
            date=command.signed.isoformat(),
            today=case.today.isoformat(),
        )
    if case.read(License, command.license).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.license)
    need_counterparty(case, command.counterparty)
    patents = need_patents(case, command.patents)
    if command.reciprocal is not None:
        need_license(case, command.reciprocal)
    parent = command.parent_license and need_license(case, command.parent_license)
    fact = LicenseGranted(
        license=command.license,
        contract_number=command.contract_number,
        counterparty=command.counterparty,
        patents=tuple(patents),
        origin=command.origin,
        parent_license=command.parent_license,
        reciprocal=command.reciprocal,
        related_party=command.related_party,
        signed=command.signed,
        starts=command.terms.starts,
        terms=command.terms,
    )
    rests_on = filings(patents)
    if parent and command.parent_license is not None:
        rests_on = (*rests_on, Ref(command.parent_license, parent.granted))
    breaches = (
        *title_breaches(patents, case.institution, (command.signed, command.terms.starts)),
        *_collisions(_scope_of(fact), patents),
        *_consents(command, patents),
        *(_parent_breaches(command, parent) if parent else ()),
    )
    return Decision((New(fact, rests_on=rests_on),), breaches)


def amend_license(command: AmendLicense, case: Case) -> Decision:
    """Record new terms. Refuses a day before signing and terms that drop instalments with money.

    Where exclusivity, place, field or time change, conflicts are looked for anew, the amended
    license being the later one; an ended license is a breach.
    """
    license_ = need_license(case, command.license)
    on = command.on or case.today
    need_after_signing(on, license_.signed)
    need_sound_terms(command.terms, license_.origin)
    need_settled_kept(license_.schedule, command.terms.instalments)
    patents = {patent: case.read(Patent, patent) for patent in license_.patents}
    fact = LicenseAmended(
        license=command.license, patents=license_.patents, terms=command.terms, on=on
    )
    rests_on = (Ref(command.license, license_.granted), *filings(patents))
    breaches = (
        *_new_collisions(command, license_, on, patents),
        *_ended(command.license, license_, on),
    )
    return Decision((New(fact, rests_on=rests_on),), breaches)


def record_license(command: RecordLicense, case: Case) -> Decision:
    """Note the recordal. Refused before signing; late, repeated or after the end is a breach."""
    license_ = need_license(case, command.license)
    on = command.on or case.today
    need_after_signing(on, license_.signed)
    fact = LicenseRecorded(license=command.license, recordal_number=command.recordal_number, on=on)
    breaches = list(_ended(command.license, license_, on))
    if license_.recorded is not None:
        values = {"license": command.license, "recorded": license_.recorded.isoformat()}
        breaches.append(Breach("license-is-recorded-already", values))
    starts = license_.terms.starts if license_.terms else license_.signed
    # A contract that names a later start takes effect then, never before it is signed.
    effect = max(license_.signed, starts)
    last_day = deadline_after_months(effect, RECORDAL_MONTHS, _CALENDAR)
    if on > last_day:
        values = {"license": command.license, "on": on.isoformat()}
        breaches.append(Breach("recordal-is-late", {**values, "last_day": last_day.isoformat()}))
    rests_on = (Ref(command.license, license_.granted),)
    return Decision((New(fact, rests_on=rests_on),), tuple(breaches))


def terminate_license(command: TerminateLicense, case: Case) -> Decision:
    """Record an early end. Refused before signing; a second end, or live sub-licenses, breach."""
    license_ = need_license(case, command.license)
    on = command.on or case.today
    need_after_signing(on, license_.signed)
    fact = LicenseTerminated(
        license=command.license, patents=license_.patents, cause=command.cause, on=on
    )
    left = tuple(
        Breach("sub-license-outlives-parent", {"license": sub, "parent": command.license})
        for sub in license_.sub_licenses
        if not case.read(License, sub).ended(on)
    )
    rests_on = (Ref(command.license, license_.granted),)
    breaches = (*_ended(command.license, license_, on), *left)
    return Decision((New(fact, rests_on=rests_on),), breaches)


# --- breaches


def _scope_of(fact: LicenseGranted) -> Scope:
    return scope_under(
        fact.terms,
        license_id=fact.license,
        origin=fact.origin,
        parent=fact.parent_license,
        signed=fact.signed,
    )


def _collisions(scope: Scope, patents: Mapping[str, Patent]) -> tuple[Breach, ...]:
    return tuple(
        breach
        for patent, state in patents.items()
        for breach in collisions(scope, state.licenses, patent)
    )


def _new_collisions(
    command: AmendLicense, license_: License, on: date, patents: Mapping[str, Patent]
) -> tuple[Breach, ...]:
    before, after = (
        scope_under(
            terms,
            license_id=command.license,
            origin=license_.origin,
            parent=license_.parent,
            signed=on,
        )
        for terms in (license_.terms or command.terms, command.terms)
    )
    return () if before == after else _collisions(after, patents)


def _ended(license_id: str, license_: License, on: date) -> tuple[Breach, ...]:
    if not license_.ended(on):
        return ()
    return (Breach("license-has-ended", {"license": license_id, "on": on.isoformat()}),)


def _consents(command: GrantLicense, patents: Mapping[str, Patent]) -> tuple[Breach, ...]:
    """What a license needs besides the licensor's will, shown by evidence.

    专利法 art. 14 (co-owners, anything but an ordinary license) and art. 50 (an evaluation report
    for the open license of a utility model or design).
    """
    found: list[Breach] = []
    if command.terms.exclusivity != "ordinary":
        found += consent_breaches(patents, command.evidence)
    if command.origin == "open" and not _shows(command, "evaluation-report"):
        found += [
            Breach("evaluation-report-is-missing", {"patent": patent, "kind": state.kind})
            for patent, state in patents.items()
            if state.kind != "invention" and not state.has_evaluation_report
        ]
    return tuple(found)


def _parent_breaches(command: GrantLicense, parent: License) -> tuple[Breach, ...]:
    """A sub-license needs consent (专利法 art. 12) and stays within the license it comes from."""
    about = {"license": command.license, "parent": command.parent_license}
    found: list[Breach] = []
    if not _shows(command, "sub-license-consent"):
        found.append(Breach("sub-license-consent-is-missing", about))
    if parent.ended(command.terms.starts):
        found.append(Breach("parent-license-has-ended", about))
    if not _within(command, parent):
        found.append(Breach("sub-license-exceeds-parent", about))
    return tuple(found)


def _within(command: GrantLicense, parent: License) -> bool:
    terms, outer = command.terms, parent.terms
    if outer is None or not set(command.patents) <= set(parent.patents):
        return False
    in_time = outer.ends is None or (terms.ends is not None and terms.ends <= outer.ends)
    in_place = not outer.territory or (
        bool(terms.territory) and set(terms.territory) <= set(outer.territory)
    )
    in_field = outer.field is None or terms.field == outer.field
    return in_time and outer.starts <= terms.starts and in_place and in_field


def _shows(command: Command, kind: str) -> bool:
    return any(item.kind == kind for item in command.evidence)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(GrantLicense, grant_license, (LicenseGranted,)),
    Declaration(AmendLicense, amend_license, (LicenseAmended,)),
    Declaration(RecordLicense, record_license, (LicenseRecorded,)),
    Declaration(TerminateLicense, terminate_license, (LicenseTerminated,)),
)
