"""Corrections within a busy year: a replacement is held to what its own command is held to."""

from copy import deepcopy
from typing import Any

import pytest

from ledger import facts
from ledger.facts import Fact
from ledger.refusals import Refused
from tests.ledger.busy_year import INVENTOR, OFFICIAL, RESULT, ask, busy_year, own
from tests.ledger.deal_desk import (
    BUREAU,
    FIRST,
    INVENTION,
    OTHER_UNIVERSITY,
    DealDesk,
    uuid,
)

YEAR = busy_year()
ONE_HALF = {"numerator": 1, "denominator": 2}
LI = {"person": INVENTOR, "share": None}


@pytest.fixture
def desk() -> DealDesk:
    made = DealDesk(*YEAR.declarations.values())
    made.facts, made.histories = list(YEAR.facts), deepcopy(YEAR.histories)
    return made


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        (facts.DisclosureSubmitted, {"contributors": [LI, LI]}, Refused.PERSON_IS_NAMED_TWICE),
        (
            facts.DisclosureAmended,
            {"contributors": [{**LI, "share": ONE_HALF}]},
            Refused.SHARES_DO_NOT_SUM_TO_WHOLE,
        ),
        (facts.ResultRightGranted, {"holders": [INVENTOR] * 2}, Refused.PERSON_IS_NAMED_TWICE),
        (
            facts.ResultRightGranted,
            {"share": {"numerator": 3, "denominator": 2}},
            Refused.SHARE_EXCEEDS_WHOLE,
        ),
        (
            facts.ResultRightGranted,
            {"until": "2024-02-29"},
            Refused.END_MUST_NOT_PRECEDE_START,
        ),
        (
            facts.ValuationReceived,
            {"valid_until": "2024-02-29"},
            Refused.END_MUST_NOT_PRECEDE_START,
        ),
        (
            facts.ForeignFiled,
            {"office": "CN"},
            Refused.FOREIGN_APPLICATION_IS_OF_ANOTHER_KIND,
        ),
        (facts.AnnuityDue, {"year": 4}, Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD),
        (
            facts.OpenLicenseAnnounced,
            {"patent": INVENTION},
            Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD,
        ),
        (
            facts.OpenLicenseWithdrawn,
            {"patent": INVENTION},
            Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD,
        ),
        (facts.OpenLicenseTaken, {"license": FIRST}, Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD),
        (
            facts.CentreApplied,
            {"applicant": OTHER_UNIVERSITY},
            Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD,
        ),
        (facts.DecisionRecorded, {"about": [OTHER_UNIVERSITY]}, Refused.SUBJECT_IS_UNKNOWN),
        *(
            (kind, {"counterparty": f"counterparty:{uuid(999)}"}, Refused.SUBJECT_IS_UNKNOWN)
            for kind in (facts.ContractSigned, facts.LeadOpened, facts.PriceDetermined)
        ),
    ],
)
def test_a_replacement_is_refused_what_its_own_command_refuses(
    desk: DealDesk, kind: type[Fact], changes: dict[str, Any], code: Refused
) -> None:
    seen = next(seen for seen in desk.facts if type(seen.fact) is kind)
    payload = seen.fact.model_dump(mode="json") | changes
    named = {"position": seen.position, "leaf": seen.leaf, "reason": "录入有误"}
    command = ask("fact.correct", **named, replacement=payload)
    desk.denies(code, command, actor=OFFICIAL, institution=seen.institution)


def test_what_is_on_offer_or_came_of_talks_is_not_voided_under_them(desk: DealDesk) -> None:
    for kind, subject, resting in (
        (facts.DisclosureSubmitted, RESULT, facts.SupplyListed),
        (facts.LicenseGranted, FIRST, facts.LeadAdvanced),
    ):
        seen = next(s for s in desk.histories[subject] if type(s.fact) is kind)
        named = {"position": seen.position, "leaf": seen.leaf, "reason": "录入有误"}
        refusal = desk.denies(
            Refused.LIVE_FACTS_REST_ON_IT, ask("fact.void", **named), actor=OFFICIAL
        )
        assert resting in {type(desk.facts[place].fact) for place in refusal.values["resting"]}


def test_a_programme_that_nobody_wrote_limits_for_is_unknown(desk: DealDesk) -> None:
    words = {"programme": "programme:another", "disciplines": (), "industries": ()}
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, ask("centre.apply", transfer_centre="中心", **words))
    chosen = ask("centre.designate", centre=OTHER_UNIVERSITY, **words)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, chosen, institution=BUREAU)
    gone = ask("centre.withdraw", programme="programme:another", centre=OTHER_UNIVERSITY)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, gone, institution=BUREAU)


def test_nobody_assesses_the_risk_of_accounts_or_of_others(desk: DealDesk) -> None:
    for subject in (OFFICIAL, "log:main", OTHER_UNIVERSITY):
        command = ask("risk.assess", risk=own("risk", 9), about=(subject,), matter="?", level="low")
        desk.denies(Refused.SUBJECT_IS_UNKNOWN, command)
