"""Annuities: due, paid, perhaps late; and the decision to keep a patent up or let it go."""

from datetime import date
from typing import ClassVar, Literal

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Ref
from ledger.declaration import Declaration
from ledger.facts import AnnuityDue, AnnuityPaid, MaintenanceDecided
from ledger.facts.deals import FeeFen, PositiveFen
from ledger.facts.portfolio import AnnuityYear
from ledger.policies.holidays import (
    HOLIDAYS_2018_2026,
    add_months,
    deadline_after_months,
    holiday_calendar,
)
from ledger.refusals import Refusal, Refused
from ledger.rights import (
    IN_FORCE,
    LICENSABLE,
    Status,
    filings,
    need_after_filing,
    need_patent,
    patent_and_day,
    unless,
)
from ledger.subjects import PatentId

GRACE_MONTHS = 6
"""专利法实施细则 art. 115 (until 2024-01-19 art. 98): what is due can still be paid so long."""
FREE_MONTHS = 1
"""Within the first of them there is no late fee."""

_PAYABLE: frozenset[Status] = IN_FORCE | {"lapsed"}
"""A lapsed right is restored by paying what is due."""

_CALENDAR = holiday_calendar(HOLIDAYS_2018_2026)

# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class ScheduleAnnuity(Command):
    """Note when an annuity is due: by default the day on which its year of the right begins."""

    NAME: ClassVar[str] = "annuity.schedule"
    ZH: ClassVar[str] = "登记应缴年费"
    EN: ClassVar[str] = "Note an annuity that is due"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    year: AnnuityYear
    due: date | None = None
    amount_fen: FeeFen | None = None


class PayAnnuity(Command):
    """Record that an annuity was paid; a late fee stands apart from it."""

    NAME: ClassVar[str] = "annuity.pay"
    ZH: ClassVar[str] = "登记年费缴纳"
    EN: ClassVar[str] = "Record the payment of an annuity"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_STAFF, Role.FINANCE_CLERK})
    patent: PatentId
    year: AnnuityYear
    amount_fen: PositiveFen
    late_fee_fen: FeeFen = 0
    on: date | None = None


class DecideMaintenance(Command):
    """Record the decision to keep a patent up or to give it up."""

    NAME: ClassVar[str] = "patent.decide-maintenance"
    ZH: ClassVar[str] = "登记专利维持决定"
    EN: ClassVar[str] = "Record whether a patent is kept up"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    DECIDES: ClassVar[bool] = True
    patent: PatentId
    decision: Literal["keep", "give-up"]
    on: date | None = None


# --- decide


def schedule_annuity(command: ScheduleAnnuity, case: Case) -> Decision:
    """Note a due day. Refused before the filing and for a year that has one already."""
    patent = need_patent(case, command.patent)
    due = command.due or add_months(patent.filed, 12 * (command.year - 1))
    need_after_filing(command.patent, patent.filed, due)
    known = patent.upkeep.annuity(command.year).due
    if known is not None:
        raise Refusal(
            Refused.ANNUITY_IS_SCHEDULED_ALREADY,
            patent=command.patent,
            year=command.year,
            due=known.isoformat(),
        )
    fact = AnnuityDue(
        patent=command.patent, year=command.year, due=due, amount_fen=command.amount_fen
    )
    return Decision((New(fact, filings({command.patent: patent})),))


def pay_annuity(command: PayAnnuity, case: Case) -> Decision:
    """Record a payment. Paid twice, too late, or without its late fee, it is a breach.

    Without a due day on record nothing can be said about lateness.
    """
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = AnnuityPaid(
        patent=command.patent,
        year=command.year,
        amount_fen=command.amount_fen,
        late_fee_fen=command.late_fee_fen,
        on=on,
    )
    annuity = patent.upkeep.annuity(command.year)
    about = {"patent": command.patent, "year": command.year}
    breaches = list(unless(_PAYABLE, "right-is-not-in-force", command.patent, patent, on))
    if annuity.paid is not None:
        values = {**about, "paid": annuity.paid.isoformat()}
        breaches.append(Breach("annuity-is-paid-already", values))
    if annuity.due is not None:
        breaches += _late(fact, annuity.due)
    rests_on = filings({command.patent: patent})
    if annuity.due is not None:
        rests_on = (*rests_on, Ref(command.patent, annuity.scheduled))
    return Decision((New(fact, rests_on),), tuple(breaches))


def _late(fact: AnnuityPaid, due: date) -> tuple[Breach, ...]:
    """What a payment on its day owes to the due day; terms end on working days."""
    free = deadline_after_months(due, FREE_MONTHS, _CALENDAR)
    last = deadline_after_months(due, GRACE_MONTHS, _CALENDAR)
    values = {"patent": fact.patent, "year": fact.year, "on": fact.on.isoformat()}
    if fact.on > last:
        return (Breach("annuity-is-paid-after-grace", {**values, "last_day": last.isoformat()}),)
    if fact.on > free and fact.late_fee_fen == 0:
        return (Breach("late-fee-is-missing", {**values, "due": due.isoformat()}),)
    return ()


def decide_maintenance(command: DecideMaintenance, case: Case) -> Decision:
    """Record the decision; about a right that no longer lives it is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = MaintenanceDecided(patent=command.patent, decision=command.decision, on=on)
    breaches = unless(LICENSABLE, "right-is-not-in-force", command.patent, patent, on)
    return Decision((New(fact, filings({command.patent: patent})),), breaches)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ScheduleAnnuity, schedule_annuity, (AnnuityDue,)),
    Declaration(PayAnnuity, pay_annuity, (AnnuityPaid,)),
    Declaration(DecideMaintenance, decide_maintenance, (MaintenanceDecided,)),
)
