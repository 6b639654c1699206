"""A portfolio: applications, annuities, grades, tags, pledges, families abroad."""

from datetime import date

import pytest

from ledger import annuities, applications, foreign, pledges, portfolio
from ledger.annuities import DecideMaintenance, PayAnnuity, ScheduleAnnuity
from ledger.applications import PublishPatent, RejectPatent, WithdrawPatent
from ledger.case import Command
from ledger.counterparties import RegisterCounterparty
from ledger.facts import AnnuityDue, PatentFiled, PledgeReleased
from ledger.foreign import FileForeign, FilePct, GrantForeign
from ledger.patents import FilePatent, GrantPatent, LapsePatent
from ledger.pledges import ReceiveValuation, RegisterPledge, ReleasePledge
from ledger.portfolio import CheckStatus, GradePatent, ReportEvaluation, TagPatent, UntagPatent
from ledger.refusals import Refused
from tests.ledger import deal_desk
from tests.ledger.deal_desk import (
    DESIGN,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    OTHER_UNIVERSITY,
    TODAY,
    DealDesk,
    codes,
    license_of,
    shown,
    uuid,
)

PLEDGE, OTHER_PLEDGE = f"pledge:{uuid(40)}", f"pledge:{uuid(41)}"
PCT, ABROAD, VALUATION = f"foreign:{uuid(50)}", f"foreign:{uuid(51)}", f"valuation:{uuid(60)}"
FILED = date(2022, 1, 4)


def with_portfolio(desk: DealDesk) -> DealDesk:
    """The desk, with the commands of this page."""
    for page in (applications, annuities, portfolio, foreign, pledges):
        desk.declarations.update({item.command: item for item in page.DECLARATIONS})
    return desk


def ready() -> DealDesk:
    """Granted patents of each kind."""
    return with_portfolio(deal_desk.ready())


def applied() -> DealDesk:
    """An invention filed and not yet granted."""
    desk = with_portfolio(deal_desk.opened())
    desk.tell(FilePatent(patent=INVENTION, title="某发明", filed=FILED))
    return desk


# --- applications


def test_an_application_is_published_and_stays_licensable() -> None:
    desk = applied()
    desk.tell(RegisterCounterparty(counterparty=deal_desk.FIRM, name="某公司"))
    published = PublishPatent(patent=INVENTION, publication="CN1A", on=date(2023, 7, 4))
    assert codes(desk.tell(published)) == []
    assert desk.state(INVENTION).status_on(date(2023, 7, 3)) == "pending"
    assert desk.state(INVENTION).status_on(TODAY) == "published"
    assert codes(desk.tell(license_of())) == []
    assert codes(desk.tell(GrantPatent(patent=INVENTION, on=date(2024, 6, 1)))) == []


def test_a_publication_recorded_after_the_grant_does_not_undo_it() -> None:
    desk = applied()
    desk.tell(GrantPatent(patent=INVENTION, on=date(2023, 7, 4)))
    assert codes(desk.tell(PublishPatent(patent=INVENTION))) == ["right-is-not-pending"]
    assert desk.state(INVENTION).status_on(TODAY) == "granted"


@pytest.mark.parametrize(
    ("command", "status"), [(WithdrawPatent, "withdrawn"), (RejectPatent, "rejected")]
)
def test_an_application_that_came_to_nothing_is_not_pending(
    command: type[Command], status: str
) -> None:
    desk = applied()
    desk.tell(PublishPatent(patent=INVENTION, on=date(2023, 7, 4)))
    ends = command.model_validate({"patent": INVENTION, "on": date(2024, 1, 5)})
    assert codes(desk.tell(ends)) == []
    assert desk.state(INVENTION).status_on(TODAY) == status
    assert codes(desk.tell(PublishPatent(patent=INVENTION))) == ["right-is-not-pending"]
    for odd in (WithdrawPatent(patent=INVENTION), RejectPatent(patent=INVENTION)):
        assert codes(desk.tell(odd)) == ["right-is-not-pending"]


def test_nothing_is_published_before_its_filing() -> None:
    early = PublishPatent(patent=INVENTION, on=date(2022, 1, 3))
    applied().denies(Refused.EVENT_PRECEDES_FILING, early)


def test_a_patent_names_the_result_it_came_from_only_if_that_is_known() -> None:
    desk = with_portfolio(deal_desk.opened())
    disclosed = f"disclosure:{uuid(70)}"
    filing = FilePatent(patent=INVENTION, title="某发明", filed=FILED, disclosure=disclosed)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, filing)
    desk.tell(FilePatent(patent=INVENTION, title="某发明", filed=FILED))
    fact = desk.facts[-1].fact
    assert isinstance(fact, PatentFiled)
    assert fact.disclosure is None


# --- annuities


def test_an_annuity_is_due_when_its_year_begins_unless_told_otherwise() -> None:
    desk = ready()
    desk.tell(ScheduleAnnuity(patent=INVENTION, year=3))
    desk.tell(ScheduleAnnuity(patent=INVENTION, year=4, due=date(2025, 2, 4), amount_fen=1))
    dues = [entry.fact for entry in desk.facts[-2:]]
    assert all(isinstance(fact, AnnuityDue) for fact in dues)
    assert [fact.effective for fact in dues] == [date(2024, 1, 4), date(2025, 2, 4)]
    desk.denies(Refused.ANNUITY_IS_SCHEDULED_ALREADY, ScheduleAnnuity(patent=INVENTION, year=3))
    early = ScheduleAnnuity(patent=INVENTION, year=2, due=date(2022, 1, 3))
    desk.denies(Refused.EVENT_PRECEDES_FILING, early)


@pytest.mark.parametrize(
    ("on", "late_fee_fen", "expected"),
    [
        (date(2023, 12, 31), 0, []),
        (date(2024, 1, 4), 0, []),
        (date(2024, 2, 4), 0, []),
        (date(2024, 2, 5), 0, ["late-fee-is-missing"]),
        (date(2024, 2, 5), 5_000, []),
        (date(2024, 7, 4), 20_000, []),
        (date(2024, 7, 5), 20_000, ["annuity-is-paid-after-grace"]),
    ],
)
def test_late_payment_costs_a_fee_and_after_six_months_comes_too_late(
    on: date, late_fee_fen: int, expected: list[str]
) -> None:
    desk = ready()
    desk.tell(ScheduleAnnuity(patent=INVENTION, year=3))
    paid = PayAnnuity(patent=INVENTION, year=3, amount_fen=90_000, late_fee_fen=late_fee_fen, on=on)
    assert codes(desk.tell(paid, today=date(2024, 7, 5))) == expected


def test_an_annuity_is_overdue_until_the_day_it_is_paid() -> None:
    desk = ready()
    desk.tell(ScheduleAnnuity(patent=INVENTION, year=4, due=date(2024, 3, 1)))
    desk.tell(ScheduleAnnuity(patent=INVENTION, year=3))
    day = date(2024, 5, 1)
    assert desk.state(INVENTION).annuity_overdue_on(date(2024, 1, 4)) is None
    assert desk.state(INVENTION).annuity_overdue_on(day).year == 3
    desk.tell(PayAnnuity(patent=INVENTION, year=3, amount_fen=1, late_fee_fen=1, on=day))
    assert desk.state(INVENTION).annuity_overdue_on(date(2024, 4, 30)).year == 3
    assert desk.state(INVENTION).annuity_overdue_on(day).year == 4


def test_a_payment_rests_on_the_due_day_and_one_twice_or_for_an_application_is_a_breach() -> None:
    desk = ready()
    desk.tell(ScheduleAnnuity(patent=INVENTION, year=3))
    pay = PayAnnuity(patent=INVENTION, year=3, amount_fen=90_000, on=date(2024, 1, 2))
    desk.tell(pay)
    assert [ref.sequence for ref in desk.facts[-1].rests_on] == [1, 3]
    assert codes(desk.tell(pay)) == ["annuity-is-paid-already"]
    unscheduled = PayAnnuity(patent=MODEL, year=2, amount_fen=60_000)
    assert codes(desk.tell(unscheduled)) == []
    early = applied().tell(PayAnnuity(patent=INVENTION, year=1, amount_fen=90_000))
    assert codes(early) == ["right-is-not-in-force"]


def test_deciding_on_a_dead_right_is_a_breach() -> None:
    desk = ready()
    assert codes(desk.tell(DecideMaintenance(patent=INVENTION, decision="give-up"))) == []
    desk.tell(LapsePatent(patent=MODEL, cause="unpaid-annuity", on=date(2024, 2, 1)))
    late = desk.tell(DecideMaintenance(patent=MODEL, decision="keep"))
    assert codes(late) == ["right-is-not-in-force"]


# --- grades, tags, checks, reports


def test_a_lapsed_right_can_be_graded_only_with_a_breach() -> None:
    desk = ready()
    assert codes(desk.tell(GradePatent(patent=MODEL, grade="B", aspects=("legal",)))) == []
    desk.tell(LapsePatent(patent=MODEL, cause="abandoned", on=date(2024, 2, 1)))
    graded = desk.tell(GradePatent(patent=MODEL, grade="A", aspects=("team",)))
    assert codes(graded) == ["right-is-not-in-force"]


def test_a_tag_is_set_once_and_taken_off_once() -> None:
    desk = ready()
    tagged = TagPatent(patent=INVENTION, tag="award", on=date(2024, 1, 5))
    desk.denies(Refused.TAG_IS_NOT_SET, UntagPatent(patent=INVENTION, tag="award"))
    assert codes(desk.tell(tagged)) == []
    desk.denies(Refused.TAG_IS_SET_ALREADY, TagPatent(patent=INVENTION, tag="award"))
    assert codes(desk.tell(TagPatent(patent=INVENTION, tag="large-pledge"))) == []
    before = UntagPatent(patent=INVENTION, tag="award", on=date(2024, 1, 4))
    desk.denies(Refused.TAG_IS_NOT_SET, before)
    desk.tell(UntagPatent(patent=INVENTION, tag="award"))
    desk.denies(Refused.TAG_IS_NOT_SET, UntagPatent(patent=INVENTION, tag="award"))
    assert desk.state(INVENTION).upkeep.tagged_on(date(2024, 6, 30), "award")


def test_a_tag_belongs_to_a_valid_invention() -> None:
    desk = ready()
    model = desk.tell(TagPatent(patent=MODEL, tag="award"))
    assert codes(model) == ["tagged-patent-is-no-invention"]
    pending = applied().tell(TagPatent(patent=INVENTION, tag="award"))
    assert codes(pending) == ["right-is-not-in-force"]


def test_a_look_up_that_contradicts_the_record_is_a_breach() -> None:
    desk = ready()
    good = CheckStatus(patent=INVENTION, source="专利登记簿", in_force=True, owner_confirmed=True)
    assert codes(desk.tell(good)) == []
    bad = good.model_copy(update={"in_force": False, "owner_confirmed": False})
    assert codes(desk.tell(bad)) == ["status-check-contradicts-record", "owner-is-not-confirmed"]


def test_reports_are_made_on_granted_models_and_designs() -> None:
    desk = ready()
    assert not desk.state(MODEL).has_evaluation_report
    assert codes(desk.tell(ReportEvaluation(patent=MODEL, favourable=True))) == []
    assert desk.state(MODEL).has_evaluation_report
    odd = desk.tell(ReportEvaluation(patent=INVENTION))
    assert codes(odd) == ["evaluated-patent-is-an-invention"]
    early = desk.tell(ReportEvaluation(patent=DESIGN, on=date(2022, 5, 1)))
    assert codes(early) == ["right-is-not-in-force"]


# --- pledges and valuations


def pledged(pledge: str = PLEDGE, *patents: str, on: date = date(2024, 1, 5)) -> RegisterPledge:
    """A pledge of the invention and the model unless others are named."""
    named = patents or (INVENTION, MODEL)
    return RegisterPledge(pledge=pledge, patents=named, pledgee="某银行", secured_fen=1_000, on=on)


def test_a_pledge_lies_on_each_patent_until_it_is_released_there() -> None:
    desk = ready()
    assert codes(desk.tell(pledged())) == []
    part = ReleasePledge(pledge=PLEDGE, patents=(MODEL,), on=date(2024, 3, 1))
    desk.tell(part)
    assert desk.state(MODEL).pledged_on(date(2024, 2, 29)).pledge == PLEDGE
    assert desk.state(MODEL).pledged_on(date(2024, 3, 1)) is None
    desk.denies(Refused.PATENT_IS_NOT_PLEDGED, part)
    desk.tell(ReleasePledge(pledge=PLEDGE))
    released = desk.facts[-1].fact
    assert isinstance(released, PledgeReleased)
    assert released.patents == (INVENTION,)
    desk.denies(Refused.PATENT_IS_NOT_PLEDGED, ReleasePledge(pledge=PLEDGE))


def test_a_pledge_is_released_by_its_institution_after_it_was_made() -> None:
    desk = ready()
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, ReleasePledge(pledge=PLEDGE))
    desk.tell(pledged())
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, pledged())
    stranger = ReleasePledge(pledge=PLEDGE)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, stranger, institution=OTHER_UNIVERSITY)
    early = ReleasePledge(pledge=PLEDGE, on=date(2024, 1, 4))
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, early)


def test_pledging_twice_or_a_right_not_in_force_or_without_consent_is_a_breach() -> None:
    desk = ready()
    desk.tell(pledged())
    assert codes(desk.tell(pledged(OTHER_PLEDGE, INVENTION))) == ["patent-is-pledged-already"]
    early = desk.tell(pledged(f"pledge:{uuid(42)}", DESIGN, on=date(2023, 5, 1)))
    assert codes(early) == ["right-is-not-in-force"]
    shared = FilePatent(patent="202210000003.X", title="共有", filed=FILED, other_owners=("某厂",))
    desk.tell(shared)
    desk.tell(GrantPatent(patent="202210000003.X", on=date(2023, 6, 1)))
    alone = pledged(f"pledge:{uuid(43)}", "patent:202210000003X")
    assert codes(desk.tell(alone)) == ["co-owner-consent-is-missing"]
    agreed = alone.model_copy(
        update={"pledge": f"pledge:{uuid(44)}", "evidence": shown("co-owner-consent")}
    )
    assert codes(desk.tell(agreed)) == ["patent-is-pledged-already"]


def test_a_valuation_is_of_ones_own_patents_and_ends_after_its_day() -> None:
    desk = ready()
    valued = ReceiveValuation(
        valuation=VALUATION,
        patents=(INVENTION,),
        method="income",
        appraiser="某评估公司",
        amount_fen=5_000,
        valid_until=date(2025, 6, 30),
    )
    assert codes(desk.tell(valued)) == []
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, valued)
    fresh = {"valuation": f"valuation:{uuid(61)}"}
    ended = valued.model_copy(update={**fresh, "valid_until": date(2024, 6, 30)})
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, ended)
    foreign_patent = valued.model_copy(update={**fresh, "patents": (FOREIGN_PATENT,)})
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, foreign_patent)


# --- beyond China


def filed_pct(filed: date, number: str = "PCT/CN2022/000001") -> FilePct:
    """An international application on the invention."""
    return FilePct(foreign=PCT, number=number, patents=(INVENTION,), title="某发明", filed=filed)


@pytest.mark.parametrize(
    ("filed", "number", "expected"),
    [
        (date(2022, 12, 1), "PCT/CN2022/000001", []),
        (date(2023, 1, 4), "PCT/CN2023/000001", []),
        (date(2023, 1, 5), "PCT/CN2023/000001", ["filing-is-beyond-priority"]),
        (date(2022, 12, 1), "PCT/CN2023/000001", ["pct-number-contradicts-filing"]),
    ],
)
def test_an_international_application_keeps_its_priority_twelve_months(
    filed: date, number: str, expected: list[str]
) -> None:
    assert codes(ready().tell(filed_pct(filed, number))) == expected


def test_an_international_application_cannot_claim_a_later_filing_and_is_filed_once() -> None:
    desk = ready()
    desk.denies(Refused.EVENT_PRECEDES_FILING, filed_pct(date(2022, 1, 3)))
    desk.tell(filed_pct(date(2022, 12, 1)))
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, filed_pct(date(2022, 12, 1)))


def test_an_office_abroad_is_reached_directly_or_through_a_known_pct_application() -> None:
    desk = ready()
    entry = FileForeign(
        foreign=ABROAD, office="US", patents=(INVENTION,), pct=PCT, filed=date(2024, 6, 1)
    )
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, entry)
    desk.tell(filed_pct(date(2022, 12, 1)))
    early = entry.model_copy(update={"filed": date(2022, 11, 30)})
    desk.denies(Refused.EVENT_PRECEDES_FILING, early)
    assert codes(desk.tell(entry)) == []
    assert [ref.subject for ref in desk.facts[-1].rests_on] == [INVENTION, PCT]
    direct = entry.model_copy(update={"foreign": f"foreign:{uuid(52)}", "pct": None})
    assert codes(desk.tell(direct)) == ["filing-is-beyond-priority"]
    wrong = entry.model_copy(update={"foreign": f"foreign:{uuid(53)}", "pct": ABROAD})
    desk.denies(Refused.FOREIGN_APPLICATION_IS_OF_ANOTHER_KIND, wrong)


def test_the_priority_of_a_design_lasts_six_months() -> None:
    desk = ready()
    abroad = FileForeign(foreign=ABROAD, office="EM", patents=(DESIGN,), filed=date(2022, 7, 4))
    assert codes(desk.tell(abroad)) == []
    late = abroad.model_copy(update={"foreign": f"foreign:{uuid(52)}", "filed": date(2022, 7, 5)})
    assert codes(desk.tell(late)) == ["filing-is-beyond-priority"]


def test_offices_abroad_grant_and_an_international_application_is_never_granted() -> None:
    desk = ready()
    desk.tell(filed_pct(date(2022, 12, 1)))
    desk.denies(Refused.FOREIGN_APPLICATION_IS_OF_ANOTHER_KIND, GrantForeign(foreign=PCT))
    desk.tell(FileForeign(foreign=ABROAD, office="JP", pct=PCT, filed=date(2024, 6, 1)))
    desk.denies(Refused.EVENT_PRECEDES_FILING, GrantForeign(foreign=ABROAD, on=date(2024, 5, 31)))
    assert codes(desk.tell(GrantForeign(foreign=ABROAD))) == []
    again = desk.tell(GrantForeign(foreign=ABROAD))
    assert codes(again) == ["foreign-patent-is-granted-already"]


@pytest.mark.parametrize("office", ["CN", "WO"])
def test_home_and_wipo_are_no_offices_abroad(office: str) -> None:
    with pytest.raises(ValueError, match="office abroad"):
        FileForeign(foreign=ABROAD, office=office, filed=TODAY)
