"""A desk with a bureau, two universities, two firms and patents of each kind."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from ledger.case import SHANGHAI, Command, Decision, New
from ledger.commands import DECLARATIONS
from ledger.counterparties import RegisterCounterparty
from ledger.counterparty_sizes import SIZE_POLICY
from ledger.facts.base import Evidence, Fact
from ledger.facts.deals import Instalment, Terms
from ledger.institutions import AdoptPolicy, OpenLog, RegisterInstitution
from ledger.licenses import GrantLicense
from ledger.patents import FilePatent, GrantPatent
from ledger.refusals import Refusal, Refused
from ledger.texts import contracts as contract_words
from ledger.texts import deals, portfolio
from tests.ledger.given import Desk

TEXTS = deals.TEXTS | contract_words.TEXTS | portfolio.TEXTS
BREACHES = deals.BREACHES | contract_words.BREACHES | portfolio.BREACHES

TODAY = date(2024, 7, 1)
UNIVERSITY = "institution:91330100799655058B"
OTHER_UNIVERSITY = "institution:914403001922038216"
BUREAU = "institution:9144030071526726XG"
FIRM = "counterparty:91310112MA1GD00041"
OTHER_FIRM = "counterparty:91350100M000100Y43"
INVENTION, MODEL, DESIGN = "patent:2022100000010", "patent:2023200000010", "patent:2022300000011"
FOREIGN_PATENT = "patent:2022100000025"


def uuid(number: int) -> str:
    """A fixed id."""
    return str(UUID(int=number))


STAFF = f"actor:{uuid(1)}"
FIRST, SECOND, THIRD = (f"license:{uuid(n)}" for n in (10, 11, 12))
ASSIGNMENT, SECOND_ASSIGNMENT = f"assignment:{uuid(20)}", f"assignment:{uuid(21)}"


class DealDesk(Desk):
    """A desk on which the staff of one university act today unless a test says otherwise."""

    def tell(self, command: Command, **circumstances: Any) -> Decision:
        """Decide a command."""
        usual = {"actor": STAFF, "institution": UNIVERSITY, "today": TODAY}
        return self.do(command, **{**usual, **circumstances})

    def denies(self, code: Refused, command: Command, **circumstances: Any) -> Refusal:
        """Expect a refusal whose words, if they are of this area, fit its values."""
        usual = {"actor": STAFF, "institution": UNIVERSITY, "today": TODAY}
        refusal = self.refuses(code, command, **{**usual, **circumstances})
        for words in TEXTS.get(code, ()):
            assert words.format(**refusal.values)
        return refusal

    def put(self, fact: Fact) -> None:
        """Fold a fact of another area in as it stands."""
        now = datetime.combine(TODAY, time(12), SHANGHAI)
        self._record(New(fact), STAFF, UNIVERSITY, now)


def opened() -> DealDesk:
    """A desk with institutions and the rules they use, no deals and no patents."""
    desk = DealDesk(*DECLARATIONS)
    day = date(2018, 1, 2)
    opening = OpenLog(
        origin="test",
        clock="simulated",
        administrator=STAFF,
        person=f"person:{uuid(2)}",
        security_administrator=f"actor:{uuid(3)}",
        security_person=f"person:{uuid(3)}",
    )
    desk.tell(opening, today=day)
    kinds = {BUREAU: "bureau", UNIVERSITY: "university", OTHER_UNIVERSITY: "university"}
    for code, kind in kinds.items():
        names = {"name_zh": "机构", "name_en": "institution"}
        register = RegisterInstitution.model_validate({"code": code, "kind": kind, **names})
        desk.tell(register, today=day)
    desk.tell(AdoptPolicy(policy=SIZE_POLICY, version=1), institution=BUREAU, today=day)
    return desk


def ready() -> DealDesk:
    """An opened desk with two firms and four granted patents, one of them a stranger's."""
    desk = opened()
    for firm in (FIRM, OTHER_FIRM):
        desk.tell(RegisterCounterparty(counterparty=firm, name="某公司"))
    for patent, filed in (
        (INVENTION, date(2022, 1, 4)),
        (MODEL, date(2023, 2, 1)),
        (DESIGN, date(2022, 1, 4)),
    ):
        desk.tell(FilePatent(patent=patent, title="某发明", filed=filed))
        desk.tell(GrantPatent(patent=patent, on=date(2023, 6, 1)))
    foreign = FilePatent(patent=FOREIGN_PATENT, title="他校", filed=date(2022, 1, 5))
    desk.tell(foreign, institution=OTHER_UNIVERSITY)
    return desk


def terms(**changed: Any) -> Terms:
    """Ordinary license everywhere from 2024 on for a fixed 1,000 yuan, unless changed."""
    usual: dict[str, Any] = {
        "exclusivity": "ordinary",
        "territory": (),
        "field": None,
        "starts": date(2024, 1, 1),
        "ends": None,
        "payment": "fixed",
        "fixed_fee_fen": 100_000,
        "entry_fee_fen": 0,
        "minimum_royalty_fen": 0,
        "royalty_rate": None,
        "royalty_base": None,
        "instalments": (),
    }
    return Terms(**{**usual, **changed})


def license_of(license_id: str = FIRST, **changed: Any) -> GrantLicense:
    """A license on the invention; names of terms among the changes go into its terms."""
    of_terms = {name: changed.pop(name) for name in tuple(changed) if name in Terms.model_fields}
    usual: dict[str, Any] = {
        "license": license_id,
        "contract_number": "2024-01",
        "counterparty": FIRM,
        "patents": (INVENTION,),
        "signed": date(2023, 12, 1),
        "terms": terms(**of_terms),
    }
    return GrantLicense(**{**usual, **changed})


def instalment(number: int, amount_fen: int, **changed: Any) -> Instalment:
    """A license fee due on 2024-03-01 unless changed."""
    usual: dict[str, Any] = {"due": date(2024, 3, 1), "purpose": "license-fee"}
    return Instalment(number=number, amount_fen=amount_fen, **{**usual, **changed})


def shown(kind: str) -> tuple[Evidence, ...]:
    """Evidence of one kind."""
    return (Evidence(kind=kind),)


def codes(decision: Decision) -> list[str]:
    """The codes of a decision's breaches; each has words that fit its values."""
    for breach in decision.breaches:
        for words in BREACHES[breach.code]:
            assert words.format(**breach.values)
    return [breach.code for breach in decision.breaches]
