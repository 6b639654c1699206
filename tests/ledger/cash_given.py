"""A university with an account, a bank file, two licenses and two firms: where receipts begin."""

from datetime import date
from uuid import UUID

from ledger import (
    access,
    accounts,
    contracts,
    corrections,
    counterparties,
    institutions,
    licenses,
    patents,
    proposals,
    receipts,
)
from ledger.accounts import ImportStatement, RegisterAccount
from ledger.actors import Role
from ledger.allocations import AllocateReceipt, AllocationPart, DeallocateReceipt
from ledger.case import Command, Decision, New
from ledger.counterparties import RegisterCounterparty
from ledger.facts import RewardClaimed, RewardReturned
from ledger.facts.deals import Instalment, Purpose, Terms
from ledger.facts.fund import ClaimLine
from ledger.institutions import OpenLog, RegisterInstitution
from ledger.licenses import GrantLicense
from ledger.patents import FilePatent
from ledger.receipts import ClaimReceipt, Receipt
from ledger.refusals import Refusal, Refused
from tests.ledger.given import Desk
from tests.ledger.stage import given_role

TODAY = date(2022, 9, 1)
SIGNED = date(2022, 3, 1)
ARRIVED = date(2022, 6, 10)
UNIVERSITY = "institution:91330100799655058B"
OTHER_UNIVERSITY = "institution:914403001922038216"
BUREAU = "institution:9144030071526726XG"
LICENSEE = "counterparty:91310112MA1GD00041"
STRANGER = "counterparty:91350100M000100Y43"
PATENT = "patent:202210000003X"
COMMITMENTS = {"number": "a" * 64, "payer": "b" * 64, "remittance": "c" * 64}


def uuid(number: int) -> str:
    """A fixed id."""
    return str(UUID(int=number))


ADMINISTRATOR, CLERK, APPROVER, STAFF = (f"actor:{uuid(n)}" for n in range(1, 5))
SECURITY = f"actor:{uuid(19)}"
ACCOUNT, FOREIGN_ACCOUNT = f"account:{uuid(10)}", f"account:{uuid(11)}"
STATEMENT = f"statement:{uuid(20)}"
LICENSE, SECOND_LICENSE, FOREIGN_LICENSE = (f"license:{uuid(n)}" for n in (30, 31, 32))
RECEIPT, SECOND_RECEIPT = f"receipt:{uuid(40)}", f"receipt:{uuid(41)}"
REWARD = f"reward:{uuid(50)}"
FUND = "fund:city-2022"


class CashDesk(Desk):
    """A desk that fills in who usually acts, for whom, on which day."""

    def tell(
        self,
        command: Command,
        actor: str = CLERK,
        institution: str = UNIVERSITY,
        today: date = TODAY,
    ) -> Decision:
        """Decide a command and fold in what it yields."""
        return self.do(
            command, actor=actor, institution=institution, today=today, commitments=COMMITMENTS
        )

    def denies(
        self,
        code: Refused,
        command: Command,
        actor: str = CLERK,
        institution: str = UNIVERSITY,
        today: date = TODAY,
    ) -> Refusal:
        """Expect a refusal with this code."""
        return self.refuses(
            code,
            command,
            actor=actor,
            institution=institution,
            today=today,
            commitments=COMMITMENTS,
        )

    def receipt(self, receipt: str = RECEIPT) -> Receipt:
        """The state of a receipt."""
        state = self.state(receipt)
        assert isinstance(state, Receipt)
        return state

    def settled_fen(self, contract: str = LICENSE, instalment: int = 1) -> int:
        """What counts as paid on an instalment, in fen."""
        due = self.state(contract).schedule.due(instalment)
        return int(due.settled_fen)


def grant(license_id: str, *amounts_fen: int, number: str = "L-1") -> GrantLicense:
    """A license to the licensee with these instalments, all license fees."""
    instalments = tuple(
        Instalment(number=n, due=date(2022, 6, 1), amount_fen=fen, purpose="license-fee")
        for n, fen in enumerate(amounts_fen, 1)
    )
    terms = Terms(
        exclusivity="ordinary",
        territory=(),
        field=None,
        starts=SIGNED,
        ends=None,
        payment="instalments",
        fixed_fee_fen=sum(amounts_fen),
        entry_fee_fen=0,
        minimum_royalty_fen=0,
        royalty_rate=None,
        royalty_base=None,
        instalments=instalments,
    )
    return GrantLicense(
        license=license_id,
        contract_number=number,
        counterparty=LICENSEE,
        patents=(PATENT,),
        signed=SIGNED,
        terms=terms,
    )


def statement(statement_id: str, imports_seen: int, account: str = ACCOUNT) -> ImportStatement:
    """A bank file of one month with three credits, no balances."""
    return ImportStatement(
        statement=statement_id,
        account=account,
        format="icbc-corporate",
        file_sha256="d" * 64,
        accepted=3,
        duplicates=0,
        rejected=0,
        credit_fen=300_000,
        debit_fen=0,
        first_day=date(2022, 6, 1),
        last_day=date(2022, 6, 30),
        imports_seen=imports_seen,
    )


def claim(
    receipt: str = RECEIPT,
    amount_fen: int = 100_000,
    payer: str | None = LICENSEE,
    currency: str = "CNY",
    reversal: bool = False,
    account: str = ACCOUNT,
) -> ClaimReceipt:
    """The claim of a bank line of the given file."""
    return ClaimReceipt(
        receipt=receipt,
        statement=STATEMENT,
        account=account,
        line=1,
        amount_fen=amount_fen,
        currency=currency,
        booking_date=ARRIVED,
        value_date=ARRIVED,
        reversal=reversal,
        payer=payer,
        payer_name="",
        payer_account="",
        remittance="",
    )


def allocate(
    amount_fen: int,
    contract: str = LICENSE,
    instalment: int | None = 1,
    purpose: Purpose = "license-fee",
    receipt: str = RECEIPT,
) -> AllocateReceipt:
    """One allocation."""
    part = AllocationPart(
        contract=contract, instalment=instalment, purpose=purpose, amount_fen=amount_fen
    )
    return AllocateReceipt(receipt=receipt, parts=(part,))


def appoint(desk: CashDesk, holder: str, role: Role, scope: str | None = None) -> None:
    """A role, given by two persons."""
    granted, confirmed = given_role(holder, role, scope)
    desk.tell(granted, ADMINISTRATOR)
    desk.tell(confirmed, SECURITY)


def open_desk() -> CashDesk:
    """The log, two universities, the bureau and two firms; nothing about money yet."""
    desk = CashDesk(
        *institutions.DECLARATIONS,
        *proposals.DECLARATIONS,
        *access.DECLARATIONS,
        *counterparties.DECLARATIONS,
        *patents.DECLARATIONS,
        *licenses.DECLARATIONS,
        *contracts.DECLARATIONS,
        *accounts.DECLARATIONS,
        *receipts.DECLARATIONS,
        *corrections.DECLARATIONS,
    )
    opening = OpenLog(
        origin="test",
        clock="simulated",
        administrator=ADMINISTRATOR,
        person=f"person:{uuid(1)}",
        security_administrator=SECURITY,
        security_person=f"person:{uuid(19)}",
    )
    desk.tell(opening, ADMINISTRATOR)
    for code, kind in (
        (BUREAU, "bureau"),
        (UNIVERSITY, "university"),
        (OTHER_UNIVERSITY, "university"),
    ):
        desk.tell(
            RegisterInstitution.model_validate(
                {"code": code, "kind": kind, "name_zh": "名称", "name_en": "Name"}
            ),
            ADMINISTRATOR,
        )
    for firm in (LICENSEE, STRANGER):
        desk.tell(RegisterCounterparty(counterparty=firm, name="公司"))
    return desk


def cash_desk() -> CashDesk:
    """Two licenses (1,000.00 + 500.00 and 800.00 yuan) and a bank file, nothing claimed yet."""
    desk = open_desk()
    desk.tell(FilePatent(patent=PATENT, title="发明", filed=date(2022, 1, 5)), STAFF)
    desk.tell(grant(LICENSE, 100_000, 50_000), STAFF)
    desk.tell(grant(SECOND_LICENSE, 80_000, number="L-2"), STAFF)
    desk.tell(
        RegisterAccount(account=ACCOUNT, bank="工商银行", holder="institution", number="6222")
    )
    desk.tell(statement(STATEMENT, imports_seen=0))
    return desk


def put_into_a_claim(desk: CashDesk, receipt: str, more: tuple[ClaimLine, ...] = ()) -> None:
    """Let a reward claim count the receipt's first allocation, as the reward's own facts would."""
    first = ClaimLine(receipt=receipt, number=1, base_fen=60_000, vat_fen=0, value_date=ARRIVED)
    fact = RewardClaimed(
        reward=REWARD,
        fund=FUND,
        contract=LICENSE,
        counterparty=LICENSEE,
        lines=(first, *more),
        team=(),
        other_funding=(),
        base_fen=60_000,
        amount_fen=60,
        on=TODAY,
    )
    remember(desk, fact)


def return_the_claim(desk: CashDesk) -> None:
    """Let the bureau give that claim back."""
    remember(
        desk,
        RewardReturned(reward=REWARD, fund=FUND, contract=LICENSE, receipts=(RECEIPT,), on=TODAY),
    )


def remember(desk: CashDesk, fact: RewardClaimed | RewardReturned) -> None:
    """Put a fact on record as if its own command had."""
    now = desk.facts[-1].recorded_at
    desk._record(New(fact), CLERK, UNIVERSITY, now)


def take_back(amount_fen: int | None = None, reason: str | None = "归属有误") -> DeallocateReceipt:
    """Taking back the first allocation."""
    return DeallocateReceipt(receipt=RECEIPT, number=1, amount_fen=amount_fen, reason=reason)
