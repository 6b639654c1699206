"""I01-I10: results disclosed, applications filed, rights granted and kept."""

from dataclasses import replace
from fractions import Fraction
from typing import Final

import polars as pl

from ledger.facts import (
    DisclosureAccepted,
    DisclosureRejected,
    DisclosureSubmitted,
    DisclosureWithdrawn,
    ForeignFiled,
    HighValueTagged,
    HighValueUntagged,
    PctFiled,
    PrefilingAssessed,
)
from ledger.policies import Mark
from projections.figures import (
    DAYS_A_YEAR,
    Direction,
    Indicator,
    Part,
    Reducer,
    Strand,
    Timing,
    Unit,
)
from projections.indicators.entries import about, entries
from projections.indicators.stock import granted, owned_inventions, valid_inventions
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import CLAIMS, filings, standing, standing_each, uncontested
from projections.tape import Tape

_PLAN: Final = "沪知局〔2022〕21号"


def _disclosed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    withdrawn = up_to(tape, DisclosureWithdrawn, moment).select("disclosure")
    frame = up_to(tape, DisclosureSubmitted, moment).join(withdrawn, on="disclosure", how="anti")
    return entries(frame, unit="disclosure", subject="disclosure", day="submitted")


def _decided(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Days from submission to the first decision, on the day of the decision."""
    decided = (
        pl.concat(
            [
                up_to(tape, fact, moment).select("disclosure", "on", "position", "stands_at")
                for fact in (DisclosureAccepted, DisclosureRejected)
            ]
        )
        .sort("on", "stands_at")
        .unique("disclosure", keep="first", maintain_order=True)
        .select("disclosure", "on", decided_at="position")
    )
    frame = up_to(tape, DisclosureSubmitted, moment).join(decided, on="disclosure")
    return entries(
        frame,
        unit="disclosure",
        subject="disclosure",
        day="on",
        value=(pl.col("on") - pl.col("submitted")).dt.total_days(),
        positions=pl.concat_list("position", "decided_at"),
        part=Part.SAMPLE,
    )


def _filed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Inventions filed, once for each institution that owns them; `owners` are exploded."""
    files = uncontested(filings(tape, moment), tape, moment)
    return (
        files.filter(pl.col("kind") == "invention")
        .drop("institution")
        .with_columns(institution="owners")
        .explode("institution", empty_as_null=False)
    )


def _inventions_filed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return entries(_filed(tape, moment), unit="patent", subject="patent", day="filed")


def _assessed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Inventions filed, and those of them whose result had been assessed by the filing day."""
    filed = _filed(tape, moment)
    assessed = (
        up_to(tape, PrefilingAssessed, moment)
        .sort("on", "stands_at")
        .unique("disclosure", keep="first", maintain_order=True)
        .select("disclosure", assessed_on="on", assessed_at="position")
    )
    in_time = filed.join(assessed, on="disclosure").filter(pl.col("assessed_on") <= pl.col("filed"))
    return pl.concat(
        [
            entries(filed, unit="patent", subject="patent", day="filed", part=Part.DENOMINATOR),
            entries(
                in_time,
                unit="patent",
                subject="patent",
                day="filed",
                positions=pl.concat_list("position", "assessed_at"),
                part=Part.NUMERATOR,
            ),
        ]
    )


def _first_owners(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return entries(
        owned_inventions(tape, moment).filter(pl.col("owner") == 1),
        unit="patent",
        subject="patent",
        day="since",
        positions=pl.col("positions"),
    )


def _ages(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Valid inventions with their age in days since filing, and the count to divide by."""
    age = (pl.lit(moment.as_of) - pl.col("filed")).dt.total_days()
    frame = owned_inventions(tape, moment)
    return pl.concat(
        [
            entries(
                frame,
                unit="patent",
                subject="patent",
                day="since",
                value=value,
                positions=pl.col("positions"),
                part=part,
            )
            for part, value in ((Part.NUMERATOR, age), (Part.DENOMINATOR, pl.lit(1)))
        ]
    )


def _tagged(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents with a live tag of high value: patent String, tagged_at List(Int64)."""
    turns = pl.concat(
        [
            up_to(tape, fact, moment).select(
                "patent", "institution", "tag", "on", "stands_at", "position", live=pl.lit(live)
            )
            for fact, live in ((HighValueTagged, True), (HighValueUntagged, False))
        ]
    )
    turns = standing(turns, tape, moment)
    last = turns.sort("on", "stands_at").unique(["patent", "tag"], keep="last", maintain_order=True)
    live = last.filter(pl.col("live"))
    return live.group_by("patent").agg(tagged_at=pl.col("position").sort())


def _high_value(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = owned_inventions(tape, moment).join(_tagged(tape, moment), on="patent")
    facts = pl.concat_list("positions", "tagged_at")
    return entries(frame, unit="patent", subject="patent", day="since", positions=facts)


def _share_of_high_value(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return pl.concat(
        [
            _high_value(tape, moment).with_columns(part=pl.lit(Part.NUMERATOR.value)),
            valid_inventions(tape, moment).with_columns(part=pl.lit(Part.DENOMINATOR.value)),
        ]
    )


def _pct_filed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    frame = up_to(tape, PctFiled, moment)
    return entries(frame, unit="foreign", subject="foreign", day="filed")


def _with_family(tape: Tape, moment: Moment) -> pl.LazyFrame:
    filed = up_to(tape, ForeignFiled, moment)
    abroad = (
        standing_each(filed.select("institution", "patents", abroad_at="position"), tape, moment)
        .group_by("patent")
        .agg(pl.col("abroad_at").sort())
    )
    frame = owned_inventions(tape, moment).join(abroad, on="patent")
    facts = pl.concat_list("positions", "abroad_at")
    return entries(frame, unit="patent", subject="patent", day="since", positions=facts)


_PATENT: Final = about("patent", whole=CLAIMS)
_DISCLOSURE: Final = about("disclosure")

I01 = Indicator(
    code="I01",
    zh="职务成果披露数",
    en="Disclosures",
    unit=Unit.ITEM,
    direction=Direction.UP,
    reducer=Reducer.COUNT,
    strands=(Strand("disclosed", Timing.DURING, _disclosed, _DISCLOSURE),),
    source=_PLAN,
    mark=Mark.READ,
    note_zh="按提交日计，撤回的不计。",
    note_en="By day of submission; withdrawn ones do not count.",
)
I02 = Indicator(
    code="I02",
    zh="披露处理时长（中位数）",
    en="Median days to a decision",
    unit=Unit.DAY,
    direction=Direction.DOWN,
    reducer=Reducer.MEDIAN,
    strands=(Strand("decided", Timing.DURING, _decided, _DISCLOSURE),),
    source="知衡",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="期内作出决定的披露，自提交日起的天数。",
    note_en="Disclosures decided in the period, in days since submission.",
)
I03 = Indicator(
    code="I03",
    zh="申请前评估覆盖率",
    en="Pre-filing assessment coverage",
    unit=Unit.SHARE,
    direction=Direction.UP,
    reducer=Reducer.RATIO,
    strands=(
        Strand(
            "assessed",
            Timing.DURING,
            _assessed,
            about("patent", through=("disclosure",), whole=CLAIMS),
        ),
    ),
    source=_PLAN,
    mark=Mark.READ,
    note_zh="期内申请的发明中，其成果不晚于申请日已评估的；未注明来源披露的视为未评估。",
    note_en="Of the inventions filed, those whose result was assessed by the filing day; without "
    "a disclosure named there is no assessment.",
)
I04 = Indicator(
    code="I04",
    zh="发明专利申请数",
    en="Invention filings",
    unit=Unit.PATENT,
    direction=Direction.NEUTRAL,
    reducer=Reducer.DISTINCT,
    strands=(Strand("inventions-filed", Timing.DURING, _inventions_filed, _PATENT),),
    source="国家知识产权局",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="共有申请计入每一个共有机构，合计只计一次。",
    note_en="Shared applications count for every owner, and once in the total.",
)
I05 = Indicator(
    code="I05",
    zh="专利授权数",
    en="Patents granted",
    unit=Unit.PATENT,
    direction=Direction.NEUTRAL,
    reducer=Reducer.DISTINCT,
    strands=(Strand("rights-granted", Timing.DURING, granted(None), _PATENT),),
    source="国家知识产权局",
    mark=Mark.GENERAL_KNOWLEDGE,
)
_KINDS: Final = (
    ("invention", "发明", "inventions"),
    ("utility-model", "实用新型", "utility models"),
    ("design", "外观设计", "designs"),
)
I05_KINDS: Final = tuple(
    replace(
        I05,
        variant=kind,
        variant_zh=zh,
        variant_en=en,
        strands=(Strand(f"{kind}-granted", Timing.DURING, granted(kind), _PATENT),),
    )
    for kind, zh, en in _KINDS
)
I06 = Indicator(
    code="I06",
    zh="有效发明专利拥有量",
    en="Valid invention patents",
    unit=Unit.PATENT,
    direction=Direction.UP,
    reducer=Reducer.DISTINCT,
    strands=(Strand("valid-inventions", Timing.AT_END, valid_inventions, _PATENT),),
    source="国家知识产权局",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="期末权利有效且未转出；共有专利计入每一个共有机构，合计只计一次。",
    note_en="Alive and not assigned away at the end; shared patents count for every owner, and "
    "once in the total.",
)
I06_FIRST = replace(
    I06,
    variant="first-owner",
    variant_zh="只计第一权利人",
    variant_en="first owner only",
    strands=(Strand("first-owners", Timing.AT_END, _first_owners, _PATENT),),
)
I07 = Indicator(
    code="I07",
    zh="专利平均维持年限",
    en="Mean age of kept patents",
    unit=Unit.YEAR,
    direction=Direction.UP,
    reducer=Reducer.RATIO,
    strands=(Strand("ages", Timing.AT_END, _ages, _PATENT),),
    source="知衡",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="自申请日起算；天数除以历法平均年。",
    note_en="Since filing; days divided by the calendar's mean year.",
    scale=Fraction(1) / DAYS_A_YEAR,
    entries_in=Unit.DAY,
)
I08 = Indicator(
    code="I08",
    zh="高价值发明专利拥有量",
    en="High-value invention patents",
    unit=Unit.PATENT,
    direction=Direction.UP,
    reducer=Reducer.DISTINCT,
    strands=(Strand("high-value", Timing.AT_END, _high_value, _PATENT),),
    source="国家知识产权局",
    mark=Mark.READ,
    note_zh="五类标签之任一有效即计一次。",
    note_en="Any of the five tags; a patent with several counts once.",
)
I08B = Indicator(
    code="I08b",
    zh="高价值发明专利占比",
    en="Share of high-value patents",
    unit=Unit.SHARE,
    direction=Direction.UP,
    reducer=Reducer.RATIO,
    strands=(Strand("share-of-high-value", Timing.AT_END, _share_of_high_value, _PATENT),),
    source=_PLAN,
    mark=Mark.READ,
)
I09 = Indicator(
    code="I09",
    zh="PCT申请数",
    en="PCT filings",
    unit=Unit.ITEM,
    direction=Direction.UP,
    reducer=Reducer.COUNT,
    strands=(Strand("pct-filed", Timing.DURING, _pct_filed, about("foreign")),),
    source=_PLAN,
    mark=Mark.READ,
)
I10 = Indicator(
    code="I10",
    zh="有海外同族的有效发明",
    en="Valid inventions with a family abroad",
    unit=Unit.PATENT,
    direction=Direction.UP,
    reducer=Reducer.DISTINCT,
    strands=(Strand("with-family", Timing.AT_END, _with_family, _PATENT),),
    source=_PLAN,
    mark=Mark.READ,
    note_zh="至少在一个境外局有申请；仅有PCT申请的不计。",
    note_en="Filed with at least one office abroad; a PCT application alone is not one.",
)

INNOVATION_INDICATORS: Final = (
    I01,
    I02,
    I03,
    I04,
    I05,
    *I05_KINDS,
    I06,
    I06_FIRST,
    I07,
    I08,
    I08B,
    I09,
    I10,
)
