"""D01-D03, D05-D09, D12: what was signed, with whom, for how much."""

from dataclasses import replace
from typing import Final

import polars as pl

from ledger.facts import (
    AssignmentRegistered,
    ContractSigned,
    CounterpartySizeVerified,
    EquityContributed,
    EquityExited,
    LicenseAmended,
    LicenseGranted,
    LicenseRecorded,
)
from ledger.policies import Mark
from projections.contracts import assignments, licenses
from projections.counterparties import size_on, verified_sizes
from projections.figures import Direction, Indicator, Reducer, Strand, Timing, Unit
from projections.indicators.entries import CONTRACTS, FIRMS_REWARDED, about, entries
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import CLAIMS, counted
from projections.sharing import shared
from projections.tape import Tape

_OPEN: Final = ("open", "open-pilot")
_EASY: Final = ("zero-entry-fee", "pay-later")
_CERTAIN: Final = pl.sum_horizontal("fixed_fee_fen", "entry_fee_fen", "minimum_royalty_fen")
"""What terms bring for certain; a royalty without minimum is worth nothing yet."""

_WITH_SIZE: Final = about(*CONTRACTS, whole=(CounterpartySizeVerified,))
_PATENTS_WITH_SIZE: Final = about(*CONTRACTS, whole=(CounterpartySizeVerified, *CLAIMS))
_ASSIGNED: Final = about("assignment", whole=CLAIMS)
_RECORDED: Final = about("license", whole=CLAIMS)
_BY_SIGNING: Final = "国家科技成果转化年度报告（高等院校与科研院所）"


def _standing_assignments(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Assignments that were not undone by the moment."""
    return assignments(tape, moment).filter(pl.col("rescinded_on").is_null())


@shared
def concluded(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses and assignments signed by the moment, with the size at signing.

    institution, contract, counterparty String, signed Date, position, size_position Int64,
    size String (null = none verified by then), rescinded_on Date (null = not undone).
    """
    wanted = ("institution", "contract", "counterparty", "signed", "position")
    never = pl.lit(None, pl.Date)
    both = pl.concat(
        [
            licenses(tape, moment).select(*wanted, rescinded_on=never),
            assignments(tape, moment).select(*wanted, "rescinded_on"),
        ]
    )
    return size_on(both, "signed", verified_sizes(tape, moment))


def signed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Those of `concluded` that were not undone by the moment."""
    return concluded(tape, moment).filter(pl.col("rescinded_on").is_null())


def _assigned(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = _standing_assignments(tape, moment)
    return entries(frame, unit="contract", subject="contract", day="signed")


def _licensed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return entries(licenses(tape, moment), unit="contract", subject="contract", day="signed")


def _licensed_openly(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = licenses(tape, moment).filter(pl.col("origin").is_in(_OPEN))
    return entries(frame, unit="contract", subject="contract", day="signed")


def _licensed_easily(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Terms as signed count: an amendment does not make a license easy in hindsight."""
    frame = tape.frame(LicenseGranted).filter(
        pl.col("signed") <= moment.as_of,
        pl.col("terms").struct.field("payment").is_in(_EASY),
    )
    return entries(frame, unit="license", subject="license", day="signed")


def _each_patent(frame: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The rows of contracts, one a patent that is counted for whoever holds it."""
    each = frame.rename({"patents": "patent"}).explode("patent", empty_as_null=False)
    return counted(each, tape, moment)


def _patents_of(frame: pl.LazyFrame, contract: str, day: str, number: pl.Expr) -> pl.LazyFrame:
    """One entry a patent of a contract: the same patent counts again under another contract."""
    unit = pl.col(contract) + "/" + pl.col("patent")
    return entries(frame, unit=unit, subject=contract, day=day, positions=pl.concat_list(number))


def _registered_patents(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = _each_patent(up_to(tape, AssignmentRegistered, moment), tape, moment)
    return _patents_of(frame, "assignment", "on", pl.col("position"))


def _recorded_patents(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses as the office recorded them first, with the patents they were granted for."""
    granted = licenses(tape, moment).select("contract", "patents", granted_at="position")
    frame = (
        up_to(tape, LicenseRecorded, moment)
        .sort("on", "stands_at")
        .unique("license", keep="first", maintain_order=True)
        .join(granted, left_on="license", right_on="contract")
    )
    each = _each_patent(frame, tape, moment)
    return _patents_of(each, "license", "on", pl.concat_list("position", "granted_at"))


def _for_rewarded_firms(rows: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The entries of contracts whose other side was medium, small or micro at signing."""
    firms = signed(tape, moment).filter(pl.col("size").is_in(FIRMS_REWARDED))
    sizes = firms.select(subject="contract", size_position="size_position")
    return rows.join(sizes, on="subject").with_columns(
        positions=pl.concat_list("positions", "size_position")
    )


def _registered_patents_of_firms(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return _for_rewarded_firms(_registered_patents(tape, moment), tape, moment)


def _recorded_patents_of_firms(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return _for_rewarded_firms(_recorded_patents(tape, moment), tape, moment)


def _contracted(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Prices and certain fees at signing, and what each amendment added or took on its day."""
    prices = entries(
        _standing_assignments(tape, moment),
        unit="contract",
        subject="contract",
        day="signed",
        value="price_fen",
    )
    fees = (
        tape.frame(LicenseGranted)
        .filter(pl.col("signed") <= moment.as_of)
        .select("institution", "license", "position", "stands_at", day="signed", terms="terms")
    )
    changes = up_to(tape, LicenseAmended, moment).select(
        "institution", "license", "position", "stands_at", day="on", terms="terms"
    )
    certain = (
        pl.concat([fees.with_columns(first=True), changes.with_columns(first=False)])
        .unnest("terms")
        .with_columns(certain=_CERTAIN)
        .sort(pl.col("first").not_(), "day", "stands_at")
        .with_columns(before=pl.col("certain").shift(1).over("license").fill_null(0))
    )
    unit = (
        pl.when("first")
        .then("license")
        .otherwise(pl.col("license") + "#" + pl.col("stands_at").cast(pl.String))
    )
    added = pl.col("certain") - pl.col("before")
    of_licenses = entries(certain, unit=unit, subject="license", day="day", value=added)
    return pl.concat([prices, of_licenses])


def _equity(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = up_to(tape, EquityContributed, moment)
    return entries(frame, unit="equity", subject="equity", day="on")


def _equity_amounts(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = up_to(tape, EquityContributed, moment)
    return entries(frame, unit="equity", subject="equity", day="on", value="amount_fen")


def _held_firms(tape: Tape, moment: Moment) -> pl.LazyFrame:
    left = up_to(tape, EquityExited, moment).filter(pl.col("whole")).select("equity")
    held = up_to(tape, EquityContributed, moment).join(left, on="equity", how="anti")
    return entries(held, unit="counterparty", subject="equity", day="on")


def _service_amounts(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = up_to(tape, ContractSigned, moment)
    return entries(frame, unit="contract", subject="contract", day="signed", value="amount_fen")


def _with_rewarded_firms(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = signed(tape, moment).filter(pl.col("size").is_in(FIRMS_REWARDED))
    facts = pl.concat_list("position", "size_position")
    return entries(frame, unit="contract", subject="contract", day="signed", positions=facts)


_DURING: Final = Timing.DURING
_CONTRACT: Final = about(*CONTRACTS)

D01 = Indicator(
    code="D01",
    zh="转让合同项数",
    en="Assignment contracts",
    unit=Unit.CONTRACT,
    direction=Direction.UP,
    reducer=Reducer.COUNT,
    strands=(Strand("assigned", _DURING, _assigned, about("assignment")),),
    source=_BY_SIGNING,
    mark=Mark.READ,
    note_zh="按签订日计；已撤销的合同不计。",
    note_en="By day of signing; contracts undone later do not count.",
)
D01_PATENTS = replace(
    D01,
    variant="registered-patents",
    variant_zh="转让登记件次",
    variant_en="patents by registered assignment",
    unit=Unit.PATENT,
    strands=(Strand("registered-patents", _DURING, _registered_patents, _ASSIGNED),),
    source="专利转化专项计划",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="",
    note_en="",
)
D01_PATENTS_OF_FIRMS = replace(
    D01_PATENTS,
    variant="registered-patents-of-firms",
    variant_zh="转让登记件次（中小微企业）",
    variant_en="patents by registered assignment, medium, small and micro firms",
    unit=Unit.PATENT,
    strands=(
        Strand(
            "registered-patents-of-firms", _DURING, _registered_patents_of_firms, _PATENTS_WITH_SIZE
        ),
    ),
    source="专利转化专项计划",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="",
    note_en="",
)
D02 = Indicator(
    code="D02",
    zh="许可合同项数",
    en="License contracts",
    unit=Unit.CONTRACT,
    direction=Direction.UP,
    reducer=Reducer.COUNT,
    strands=(Strand("licensed", _DURING, _licensed, about("license"), apart=True),),
    source=_BY_SIGNING,
    mark=Mark.READ,
    note_zh="按签订日计，含开放许可；开放许可另列一个口径。",
    note_en="By day of signing, open licenses among them; these have a variant of their own.",
)
D02_OPEN = replace(
    D02,
    variant="open",
    variant_zh="其中开放许可",
    variant_en="open licenses among them",
    strands=(Strand("licensed-openly", _DURING, _licensed_openly, about("license")),),
    source=_BY_SIGNING,
    mark=Mark.READ,
    note_zh="",
    note_en="",
)
D02_PATENTS = replace(
    D02,
    variant="recorded-patents",
    variant_zh="许可备案件次",
    variant_en="patents by recorded license",
    unit=Unit.PATENT,
    strands=(Strand("recorded-patents", _DURING, _recorded_patents, _RECORDED, apart=True),),
    source="专利转化专项计划",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="",
    note_en="",
)
D02_PATENTS_OF_FIRMS = replace(
    D02_PATENTS,
    variant="recorded-patents-of-firms",
    variant_zh="许可备案件次（中小微企业）",
    variant_en="patents by recorded license, medium, small and micro firms",
    unit=Unit.PATENT,
    strands=(
        Strand(
            "recorded-patents-of-firms",
            _DURING,
            _recorded_patents_of_firms,
            _PATENTS_WITH_SIZE,
            apart=True,
        ),
    ),
    source="专利转化专项计划",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="",
    note_en="",
)
D03 = Indicator(
    code="D03",
    zh="转让许可合同金额",
    en="Amount contracted",
    unit=Unit.FEN,
    direction=Direction.UP,
    reducer=Reducer.SUM,
    strands=(Strand("contracted", _DURING, _contracted, _CONTRACT, apart=True),),
    source=_BY_SIGNING,
    mark=Mark.READ,
    note_zh="固定费、入门费与最低提成之和；变更按变更日计差额；无最低额的提成计零。",
    note_en="Fixed, entry and minimum fees; amendments count their difference on their day; "
    "a royalty without minimum counts nothing.",
)
D05 = Indicator(
    code="D05",
    zh="作价投资合同项数",
    en="Equity contracts",
    unit=Unit.CONTRACT,
    direction=Direction.UP,
    reducer=Reducer.COUNT,
    strands=(Strand("equity", _DURING, _equity, about("equity")),),
    source=_BY_SIGNING,
    mark=Mark.READ,
)
D06 = Indicator(
    code="D06",
    zh="作价投资金额",
    en="Equity amount",
    unit=Unit.FEN,
    direction=Direction.UP,
    reducer=Reducer.SUM,
    strands=(Strand("equity-amounts", _DURING, _equity_amounts, about("equity")),),
    source=_BY_SIGNING,
    mark=Mark.READ,
)
D07 = Indicator(
    code="D07",
    zh="作价投资持股企业数",
    en="Companies held",
    unit=Unit.ITEM,
    direction=Direction.NEUTRAL,
    reducer=Reducer.DISTINCT,
    strands=(Strand("held-firms", Timing.AT_END, _held_firms, about("equity")),),
    source="沪知局〔2022〕21号",
    mark=Mark.READ,
    note_zh="期末仍持股的企业，全部退出的不计。",
    note_en="Firms held at the end; those left wholly do not count.",
)
D08 = Indicator(
    code="D08",
    zh="技术开发咨询服务合同金额",
    en="Development, consulting and service contracts",
    unit=Unit.FEN,
    direction=Direction.UP,
    reducer=Reducer.SUM,
    strands=(Strand("service-amounts", _DURING, _service_amounts, about("contract")),),
    source=_BY_SIGNING,
    mark=Mark.READ,
)
D09 = Indicator(
    code="D09",
    zh="面向中小微企业合同项数",
    en="Contracts with medium, small and micro firms",
    unit=Unit.CONTRACT,
    direction=Direction.UP,
    reducer=Reducer.COUNT,
    strands=(Strand("with-rewarded-firms", _DURING, _with_rewarded_firms, _WITH_SIZE, apart=True),),
    source="沪知局〔2022〕21号",
    mark=Mark.READ,
    note_zh="转让与许可合同；规模以签订日已核定者为准。",
    note_en="Assignments and licenses; the size verified as of the day of signing counts.",
)
D12 = Indicator(
    code="D12",
    zh="零入门费与先用后付许可数",
    en="Zero-entry-fee and pay-later licenses",
    unit=Unit.CONTRACT,
    direction=Direction.UP,
    reducer=Reducer.COUNT,
    strands=(Strand("licensed-easily", _DURING, _licensed_easily, about("license")),),
    source="沪知局〔2022〕21号",
    mark=Mark.READ,
)

CONTRACT_INDICATORS: Final = (
    D01,
    D01_PATENTS,
    D01_PATENTS_OF_FIRMS,
    D02,
    D02_OPEN,
    D02_PATENTS,
    D02_PATENTS_OF_FIRMS,
    D03,
    D05,
    D06,
    D07,
    D08,
    D09,
    D12,
)
