"""Audit work: samples, findings from raising to closing, documents, periods and limits."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.actors import AUDITORS, EVIDENCE_KEEPERS, Role
from ledger.books import Books, ClosePeriod, ReopenPeriod, SetApprovalLimits
from ledger.commands import DECLARATIONS
from ledger.documents import KeepEvidence, MakePaper
from ledger.facts import (
    ActorRegistered,
    ApprovalLimitsSet,
    FindingRaised,
    SampleDrawn,
    SampleProjected,
)
from ledger.facts.audits import AuditedItem, Layer, Population, SampleItem
from ledger.facts.books import ApprovalTier
from ledger.findings import AnswerFinding, CloseFinding, RaiseFinding, VerifyFinding
from ledger.refusals import Refused
from ledger.replacements import need_sound_replacement
from ledger.samples import DrawSample, ProjectSample
from ledger.texts.audits import TEXTS
from tests.ledger.deal_desk import (
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    OTHER_UNIVERSITY,
    TODAY,
    DealDesk,
    license_of,
    ready,
    uuid,
)

SAMPLE, FINDING, PAPER = f"sample:{uuid(1)}", f"finding:{uuid(1)}", f"paper:{uuid(1)}"
DIGEST = "0" * 64
DOCUMENT = f"evidence:{DIGEST}"
AUDITOR, HEAD, AUDITOR_AGAIN = f"actor:{uuid(50)}", f"actor:{uuid(51)}", f"actor:{uuid(52)}"


@pytest.fixture
def desk() -> DealDesk:
    made = ready()
    for actor, number in ((AUDITOR, 60), (HEAD, 61), (AUDITOR_AGAIN, 60)):
        person = f"person:{uuid(number)}"
        made.put(ActorRegistered(registered=actor, kind="human", person=person, on=TODAY))
    return made


def denies(desk: DealDesk, code: Refused, command: Any, **circumstances: Any) -> None:
    """Expect a refusal whose words fit its values."""
    refusal = desk.denies(code, command, **circumstances)
    for words in TEXTS.get(code, ()):
        assert words.format(**refusal.values)


# --- samples


def drawing(**changed: Any) -> DrawSample:
    """The two largest of three rows are certain in a monetary-unit sample of interval 1,000."""
    population = Population(
        view="receipts",
        filters=(),
        as_of=TODAY,
        known_at=7,
        rows=3,
        digest=DIGEST,
        amount="amount_fen",
        amount_fen=4_500,
    )
    usual: dict[str, Any] = {
        "sample": SAMPLE,
        "population": population,
        "method": "monetary-unit",
        "confidence": 95,
        "tolerable_fen": 3_000,
        "expected_fen": 0,
        "seed": "2024",
        "layers": (
            Layer(name="certain", rows=2, amount_fen=4_000, drawn=2, certain=True),
            Layer(name="monetary-unit", rows=1, amount_fen=500, drawn=0, certain=False),
        ),
        "items": (
            SampleItem(key='{"receipt":"1"}', book_fen=2_500, layer="certain"),
            SampleItem(key='{"receipt":"2"}', book_fen=1_500, layer="certain"),
        ),
    }
    return DrawSample(**{**usual, **changed})


def audited(*values: int) -> tuple[AuditedItem, ...]:
    return tuple(
        AuditedItem(key=f'{{"receipt":"{n}"}}', audit_fen=value)
        for n, value in enumerate(values, 1)
    )


def test_a_sample_is_drawn_once_and_its_errors_are_projected(desk: DealDesk) -> None:
    drawn = desk.tell(drawing(), actor=AUDITOR).new[0].fact
    assert isinstance(drawn, SampleDrawn)
    assert drawn.interval_fen == 1_000
    denies(desk, Refused.SUBJECT_EXISTS_ALREADY, drawing())
    values = ProjectSample(sample=SAMPLE, estimator="tainting", audited=audited(2_400, 1_500))
    decision = desk.tell(values)
    assert decision.new[0].rests_on == ((SAMPLE, 1),)
    found = decision.new[0].fact
    assert isinstance(found, SampleProjected)
    assert (found.misstated_fen, found.projected_fen, found.upper_limit_fen) == (100, 100, 3_100)
    assert desk.state(SAMPLE).projected
    denies(desk, Refused.SUBJECT_IS_UNKNOWN, values, institution=OTHER_UNIVERSITY)
    early = values.model_copy(update={"on": TODAY - timedelta(days=1)})
    denies(desk, Refused.END_MUST_NOT_PRECEDE_START, early)


@pytest.mark.parametrize(
    "changed",
    [
        {"size": 3},
        {"confidence": 94},
        {"tolerable_fen": 2},
        {"strata": "status"},
        {"method": "stratified", "size": 2, "confidence": None},
    ],
)
def test_parameters_suit_their_method(desk: DealDesk, changed: dict[str, Any]) -> None:
    denies(desk, Refused.SAMPLE_DOES_NOT_SUIT_ITS_METHOD, drawing(**changed))


def test_amounts_are_named_where_a_method_looks_at_them(desk: DealDesk) -> None:
    command = drawing()
    bare = command.population.model_copy(update={"amount": None, "amount_fen": None})
    denies(desk, Refused.SAMPLE_DOES_NOT_SUIT_ITS_METHOD, drawing(population=bare))
    without = {"confidence": None, "tolerable_fen": None, "expected_fen": None}
    desk.tell(drawing(population=bare, method="random", size=2, **without))
    values = ProjectSample(sample=SAMPLE, estimator="ratio", audited=audited(1, 2))
    denies(desk, Refused.SAMPLE_HAS_NO_BOOK_VALUES, values)


def test_parts_of_a_sample_make_up_its_whole(desk: DealDesk) -> None:
    command = drawing()
    certain, rest = command.layers
    one, two = command.items
    for changed in (
        {"layers": (certain,)},
        {"layers": (certain, rest.model_copy(update={"amount_fen": 499}))},
        {"items": (one,)},
        {"items": (one, one)},
        {"items": (one, two.model_copy(update={"layer": "elsewhere"}))},
        {"items": (*command.items, one.model_copy(update={"key": "3", "layer": "elsewhere"}))},
    ):
        denies(desk, Refused.COUNTS_DO_NOT_ADD_UP, drawing(**changed))


def test_each_item_is_audited_once_by_the_estimator_of_its_method(desk: DealDesk) -> None:
    desk.tell(drawing())
    for wrong in (audited(1), audited(1, 2, 3), (*audited(1), *audited(1))):
        values = ProjectSample(sample=SAMPLE, estimator="tainting", audited=wrong)
        denies(desk, Refused.EACH_ITEM_IS_AUDITED_ONCE, values)
    values = ProjectSample(sample=SAMPLE, estimator="ratio", audited=audited(1, 2))
    denies(desk, Refused.SAMPLE_DOES_NOT_SUIT_ITS_METHOD, values)


# --- findings


def finding(**changed: Any) -> RaiseFinding:
    usual = {"finding": FINDING, "title": "早收款", "body": "到款早于登记", "severity": "major"}
    return RaiseFinding.model_validate({**usual, **changed})


def answer(**changed: Any) -> AnswerFinding:
    return AnswerFinding.model_validate({"finding": FINDING, "body": "已补登记", **changed})


def verdict(outcome: str, **changed: Any) -> VerifyFinding:
    usual = {"finding": FINDING, "outcome": outcome, "body": "已见", **changed}
    return VerifyFinding.model_validate(usual)


def closing(outcome: str) -> CloseFinding:
    usual = {"finding": FINDING, "outcome": outcome, "body": "了结"}
    return CloseFinding.model_validate(usual)


def test_a_finding_is_raised_answered_verified_and_closed(desk: DealDesk) -> None:
    desk.tell(license_of(FIRST))
    ground = len(desk.facts) - 1
    desk.tell(drawing())
    before = desk.state(FIRST)
    raised = desk.tell(
        finding(about=(FIRST, INVENTION), positions=(ground,), sample=SAMPLE), actor=AUDITOR
    )
    fact = raised.new[0].fact
    assert isinstance(fact, FindingRaised)
    assert fact.due == TODAY + timedelta(days=90)
    assert desk.state(FIRST) == before
    desk.tell(answer(), actor=HEAD)
    desk.tell(verdict("not-mended"), actor=AUDITOR)
    desk.tell(answer(), actor=HEAD)
    desk.tell(verdict("mended"), actor=AUDITOR)
    closed = desk.tell(closing("mended"), actor=AUDITOR)
    assert closed.new[0].rests_on == ((FINDING, 5),)
    assert desk.state(FINDING).stage == "closed"
    for late in (answer(), verdict("mended"), closing("withdrawn")):
        denies(desk, Refused.FINDING_IS_AT_ANOTHER_STAGE, late)


def test_who_answers_a_finding_never_verifies_or_closes_it(desk: DealDesk) -> None:
    desk.tell(finding(), actor=AUDITOR)
    desk.tell(answer(), actor=AUDITOR_AGAIN)
    for own in (verdict("mended"), closing("risk-accepted")):
        denies(desk, Refused.ANOTHER_PERSON_MUST_DO_THIS, own, actor=AUDITOR)
    desk.tell(verdict("not-mended"), actor=HEAD)
    denies(desk, Refused.ANOTHER_PERSON_MUST_DO_THIS, answer(), actor=HEAD)


def test_a_finding_is_closed_as_mended_only_once_verified(desk: DealDesk) -> None:
    desk.tell(finding(), actor=AUDITOR)
    denies(desk, Refused.FINDING_IS_AT_ANOTHER_STAGE, verdict("mended"), actor=AUDITOR)
    denies(desk, Refused.FINDING_IS_AT_ANOTHER_STAGE, closing("mended"), actor=AUDITOR)
    desk.tell(closing("risk-accepted"), actor=AUDITOR)


def test_a_finding_speaks_of_what_its_institution_holds(desk: DealDesk) -> None:
    for about in (FOREIGN_PATENT, f"license:{uuid(77)}"):
        denies(desk, Refused.SUBJECT_IS_UNKNOWN, finding(about=(about,)))
    denies(desk, Refused.SUBJECT_IS_UNKNOWN, finding(sample=SAMPLE))
    foreign = next(n for n, seen in enumerate(desk.facts) if seen.institution == OTHER_UNIVERSITY)
    for position in (foreign, len(desk.facts) + 9):
        denies(desk, Refused.POSITION_IS_UNKNOWN, finding(positions=(position,)))
    nobody = "institution:91310112MA1GD00041"
    denies(desk, Refused.SUBJECT_IS_UNKNOWN, finding(), institution=nobody)
    past = TODAY - timedelta(days=1)
    denies(desk, Refused.END_MUST_NOT_PRECEDE_START, finding(due=past))
    desk.tell(finding())
    denies(desk, Refused.SUBJECT_EXISTS_ALREADY, finding())
    denies(desk, Refused.SUBJECT_IS_UNKNOWN, answer(), institution=OTHER_UNIVERSITY)
    denies(desk, Refused.END_MUST_NOT_PRECEDE_START, answer(on=past))


# --- documents


def keeping(**changed: Any) -> KeepEvidence:
    usual = {"document": DOCUMENT, "title": "回单", "media_type": "application/pdf"}
    return KeepEvidence.model_validate({**usual, "size_bytes": 10, **changed})


def test_the_same_bytes_are_kept_once_an_institution(desk: DealDesk) -> None:
    desk.tell(keeping(about=(INVENTION,)))
    denies(desk, Refused.SUBJECT_EXISTS_ALREADY, keeping())
    desk.tell(keeping(), institution=OTHER_UNIVERSITY)
    denies(desk, Refused.SUBJECT_EXISTS_ALREADY, keeping(), institution=OTHER_UNIVERSITY)


def test_a_paper_is_made_of_a_document_in_the_store(desk: DealDesk) -> None:
    paper = MakePaper(
        paper=PAPER,
        kind="evidence-form",
        title="取证单",
        document=DOCUMENT,
        as_of=TODAY,
        known_at=3,
    )
    denies(desk, Refused.SUBJECT_IS_UNKNOWN, paper)
    desk.tell(keeping())
    made = desk.tell(paper)
    assert made.new[0].subjects() == (PAPER, DOCUMENT)
    assert made.new[0].rests_on == ((DOCUMENT, 1),)
    denies(desk, Refused.SUBJECT_EXISTS_ALREADY, paper)
    denies(
        desk,
        Refused.SUBJECT_IS_UNKNOWN,
        paper.model_copy(update={"paper": f"paper:{uuid(2)}"}),
        institution=OTHER_UNIVERSITY,
    )


# --- books


def month(number: int) -> dict[str, Any]:
    last = date(2024, number + 1, 1) - timedelta(days=1)
    return {"first": date(2024, number, 1), "last": last}


def books(desk: DealDesk) -> Books:
    state = desk.state("books:91330100799655058B")
    assert isinstance(state, Books)
    return state


def test_periods_close_and_reopen_with_a_reason(desk: DealDesk) -> None:
    for number in (1, 3, 2):
        desk.tell(ClosePeriod(**month(number)))
    assert books(desk).closed == ((date(2024, 1, 1), date(2024, 3, 31)),)
    denies(desk, Refused.PERIOD_IS_CLOSED_ALREADY, ClosePeriod(**month(2)))
    denies(desk, Refused.REASON_IS_NEEDED, ReopenPeriod(**month(2)))
    desk.tell(ReopenPeriod(**month(2), reason="补记一笔"))
    assert books(desk).closed == (
        (date(2024, 1, 1), date(2024, 1, 31)),
        (date(2024, 3, 1), date(2024, 3, 31)),
    )
    denies(desk, Refused.PERIOD_IS_NOT_CLOSED, ReopenPeriod(**month(2), reason="补记一笔"))


def test_all_days_there_are_close_and_reopen(desk: DealDesk) -> None:
    ever: dict[str, Any] = {"first": date.min, "last": TODAY}
    desk.tell(ClosePeriod(**ever))
    desk.tell(ReopenPeriod(first=date.min, last=date.min, reason="误结"))
    assert books(desk).closed == ((date.min + timedelta(days=1), TODAY),)
    desk.tell(ClosePeriod(first=date.min, last=date.min))
    desk.tell(ReopenPeriod(**ever, reason="误结"))
    assert books(desk).closed == ()


def test_days_to_come_are_not_closed_and_days_do_not_run_back(desk: DealDesk) -> None:
    tomorrow = ClosePeriod(first=TODAY, last=TODAY + timedelta(days=1))
    denies(desk, Refused.DATE_MUST_NOT_LIE_IN_THE_FUTURE, tomorrow)
    back: dict[str, Any] = {"first": TODAY, "last": TODAY - timedelta(days=1)}
    denies(desk, Refused.END_MUST_NOT_PRECEDE_START, ClosePeriod(**back))
    denies(desk, Refused.END_MUST_NOT_PRECEDE_START, ReopenPeriod(**back, reason="误"))


def tiers(*amounts: int | None) -> tuple[ApprovalTier, ...]:
    return tuple(ApprovalTier(level="office", up_to_fen=amount) for amount in amounts)


def test_approval_tiers_rise_and_only_the_last_is_open(desk: DealDesk) -> None:
    for wrong in (tiers(200, 100), tiers(100, 100), tiers(None, 100), tiers(None, None)):
        denies(desk, Refused.TIERS_MUST_RISE, SetApprovalLimits(matter="license", tiers=wrong))
    desk.tell(SetApprovalLimits(matter="license", tiers=tiers(100, None)))
    fact = desk.facts[-1].fact
    assert isinstance(fact, ApprovalLimitsSet)
    with pytest.raises(Exception, match="tiers_must_rise"):
        need_sound_replacement(fact, fact.model_copy(update={"tiers": tiers(2, 1)}))


# --- who


def test_audit_work_is_auditors_work_and_answers_are_the_institutions() -> None:
    roles = {each.name: each.command.ROLES or frozenset() for each in DECLARATIONS}
    for name in ("sample.draw", "sample.project", "finding.raise", "finding.verify", "paper.make"):
        assert roles[name] == AUDITORS, name
    assert roles["finding.close"] == AUDITORS
    assert not roles["finding.answer"] & AUDITORS
    assert roles["evidence.keep"] == EVIDENCE_KEEPERS
    assert Role.SECURITY_AUDITOR not in EVIDENCE_KEEPERS
