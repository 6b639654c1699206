"""D11, D15, D16, D18: open licenses, trade on exchanges, transfer ratio, recordal in time."""

from dataclasses import replace
from typing import Final

import polars as pl

from ledger.facts import (
    AssignmentRegistered,
    AssignmentRescinded,
    ExchangeTraded,
    LicenseGranted,
    LicenseRecorded,
    OpenLicenseAnnounced,
    OpenLicenseDeclared,
    OpenLicenseTaken,
    OpenLicenseWithdrawn,
)
from ledger.policies import Mark
from projections.breaches import recordal_terms
from projections.contracts import licenses
from projections.figures import Direction, Indicator, Part, Reducer, Strand, Timing, Unit
from projections.indicators.contracts import signed
from projections.indicators.entries import CONTRACTS, about, entries
from projections.indicators.stock import alive, granted, valid_inventions
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import CLAIMS, counted
from projections.tape import Tape


def _open(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Declarations announced, not withdrawn and on rights that live: patent, scheme, positions."""
    announced = (
        up_to(tape, OpenLicenseAnnounced, moment)
        .group_by("declaration")
        .agg(announced_on=pl.col("on").min(), announced_at=pl.col("position").min())
    )
    withdrawn = up_to(tape, OpenLicenseWithdrawn, moment).select("declaration")
    declared = counted(up_to(tape, OpenLicenseDeclared, moment), tape, moment)
    return (
        declared.join(announced, on="declaration")
        .join(withdrawn, on="declaration", how="anti")
        .filter(pl.col("ends").is_null() | (pl.col("ends") >= moment.as_of))
        .join(alive(tape, moment), on="patent", how="semi")
    )


def _open_entries(rows: pl.LazyFrame) -> pl.LazyFrame:
    return entries(
        rows,
        unit="patent",
        subject="patent",
        day="announced_on",
        positions=pl.concat_list("position", "announced_at"),
    )


def _open_patents(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return _open_entries(_open(tape, moment))


def _open_statutory(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return _open_entries(_open(tape, moment).filter(pl.col("scheme") == "open"))


def _open_pilot(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return _open_entries(_open(tape, moment).filter(pl.col("scheme") == "open-pilot"))


def _taken(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = up_to(tape, OpenLicenseTaken, moment)
    return entries(frame, unit="license", subject="license", day="on")


def _taken_and_recorded(tape: Tape, moment: Moment) -> pl.LazyFrame:
    recorded = up_to(tape, LicenseRecorded, moment).select("license", recordal="position")
    frame = up_to(tape, OpenLicenseTaken, moment).join(recorded, on="license")
    facts = pl.concat_list("position", "recordal")
    return entries(frame, unit="license", subject="license", day="on", positions=facts)


def _traded(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Of the contracts signed, those that went through an exchange by the moment."""
    contracts = signed(tape, moment)
    traded = up_to(tape, ExchangeTraded, moment).select("contract", traded_at="position")
    through = contracts.join(traded.unique("contract", keep="first"), on="contract")
    return pl.concat(
        [
            entries(
                contracts, unit="contract", subject="contract", day="signed", part=Part.DENOMINATOR
            ),
            entries(
                through,
                unit="contract",
                subject="contract",
                day="signed",
                positions=pl.concat_list("position", "traded_at"),
                part=Part.NUMERATOR,
            ),
        ]
    )


def _transferred(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents whose assignment was registered, or for which a license was signed."""
    rescinded = up_to(tape, AssignmentRescinded, moment).select("assignment")
    assigned = (
        up_to(tape, AssignmentRegistered, moment)
        .join(rescinded, on="assignment", how="anti")
        .select("institution", "position", "patents", day="on")
    )
    licensed = (
        tape.frame(LicenseGranted)
        .filter(pl.col("signed") <= moment.as_of)
        .select("institution", "position", "patents", day="signed")
    )
    each = pl.concat([assigned, licensed]).rename({"patents": "patent"})
    each = counted(each.explode("patent", empty_as_null=False), tape, moment)
    return entries(each, unit="patent", subject="patent", day="day", part=Part.NUMERATOR)


def _granted(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return granted(None)(tape, moment).with_columns(part=pl.lit(Part.DENOMINATOR.value))


def _stock(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return valid_inventions(tape, moment).with_columns(part=pl.lit(Part.DENOMINATOR.value))


def _recorded_in_time(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses whose last day for recordal came, and those of them recorded by that day."""
    recorded_in_time = (pl.col("recorded_on") <= pl.col("last_day")).fill_null(False)
    first = up_to(tape, LicenseRecorded, moment).group_by("license")
    recorded_at = first.agg(recorded_at=pl.col("position").min())
    ended_before = (pl.col("terminated_on") <= pl.col("last_day")).fill_null(False)
    due = (
        recordal_terms(tape, moment)
        .filter(pl.col("last_day") <= moment.as_of, ~ended_before | recorded_in_time)
        .join(licenses(tape, moment).select("contract", "institution", "position"), on="contract")
        .join(recorded_at, left_on="contract", right_on="license", how="left")
    )
    timely = due.filter(recorded_in_time)
    return pl.concat(
        [
            entries(
                due, unit="contract", subject="contract", day="last_day", part=Part.DENOMINATOR
            ),
            entries(
                timely,
                unit="contract",
                subject="contract",
                day="last_day",
                positions=pl.concat_list("position", "recorded_at"),
                part=Part.NUMERATOR,
            ),
        ]
    )


_PATENT: Final = about("patent", whole=CLAIMS)
_LICENSE: Final = about("license")

D11 = Indicator(
    code="D11",
    zh="开放许可专利数",
    en="Patents under open license",
    unit=Unit.PATENT,
    direction=Direction.UP,
    reducer=Reducer.DISTINCT,
    strands=(Strand("open-patents", Timing.AT_END, _open_patents, _PATENT),),
    source="沪知局〔2022〕21号；专利法第五十条",
    mark=Mark.READ,
    note_zh="期末已公告、未撤回且权利有效；试点与法定另列口径。",
    note_en="Announced, not withdrawn and alive at the end; pilot and statutory apart by variant.",
)
D11_STATUTORY = replace(
    D11,
    variant="open",
    variant_zh="法定开放许可",
    variant_en="statutory open licenses",
    strands=(Strand("open-statutory", Timing.AT_END, _open_statutory, _PATENT),),
)
D11_PILOT = replace(
    D11,
    variant="open-pilot",
    variant_zh="试点开放许可",
    variant_en="open licenses of the pilot",
    strands=(Strand("open-pilot", Timing.AT_END, _open_pilot, _PATENT),),
)
D11B = Indicator(
    code="D11b",
    zh="开放许可达成数",
    en="Open licenses taken up",
    unit=Unit.CONTRACT,
    direction=Direction.UP,
    reducer=Reducer.COUNT,
    strands=(Strand("taken", Timing.DURING, _taken, _LICENSE),),
    source="沪知局〔2022〕21号",
    mark=Mark.READ,
)
D11B_RECORDED = replace(
    D11B,
    variant="recorded",
    variant_zh="其中已备案",
    variant_en="of them recorded",
    strands=(Strand("taken-and-recorded", Timing.DURING, _taken_and_recorded, _LICENSE),),
)
D15 = Indicator(
    code="D15",
    zh="进场交易率",
    en="Share traded on an exchange",
    unit=Unit.SHARE,
    direction=Direction.UP,
    reducer=Reducer.RATIO,
    strands=(Strand("traded", Timing.DURING, _traded, about(*CONTRACTS)),),
    source="沪知局〔2022〕21号",
    mark=Mark.READ,
    note_zh="分子分母均为转让与许可合同，故不超过100%。",
    note_en="Assignments and licenses both above and below, so never more than the whole.",
)
D16 = Indicator(
    code="D16",
    variant="granted-in-period",
    variant_zh="转让许可专利数/当期授权数",
    variant_en="patents transferred / patents granted in the period",
    zh="专利转化率",
    en="Transfer ratio",
    unit=Unit.SHARE,
    direction=Direction.UP,
    reducer=Reducer.RATIO,
    strands=(
        Strand("transferred", Timing.DURING, _transferred, _PATENT),
        Strand("granted", Timing.DURING, _granted, _PATENT),
    ),
    source="长三角高校专利转化研究",
    mark=Mark.READ,
    note_zh="转让以登记日、许可以签订日计；分子可含往年授权的专利，故可能超过100%。",
    note_en="Assignments by day of registration, licenses by day of signing; patents of earlier "
    "years may be among them, so the share can pass the whole.",
)
D16_STOCK = replace(
    D16,
    variant="stock-at-start",
    variant_zh="转让许可专利数/期初有效发明",
    variant_en="patents transferred / valid inventions at the start",
    strands=(
        Strand("transferred", Timing.DURING, _transferred, _PATENT),
        Strand("stock-at-start", Timing.AT_START, _stock, _PATENT),
    ),
    source="沪知局〔2022〕21号",
)
D18 = Indicator(
    code="D18",
    zh="许可备案及时率",
    en="Licenses recorded in time",
    unit=Unit.SHARE,
    direction=Direction.UP,
    reducer=Reducer.RATIO,
    strands=(Strand("recorded-in-time", Timing.DURING, _recorded_in_time, _LICENSE),),
    source="专利法实施细则第十五条",
    mark=Mark.READ,
    note_zh="以备案期限的末日（遇休息日顺延）归入期间。",
    note_en="A license belongs to the period in which its last day for recordal falls.",
)

TRANSFER_INDICATORS: Final = (
    D11,
    D11_STATUTORY,
    D11_PILOT,
    D11B,
    D11B_RECORDED,
    D15,
    D16,
    D16_STOCK,
    D18,
)
