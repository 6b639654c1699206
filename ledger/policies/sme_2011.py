"""Size of an enterprise by employees, revenue and assets, from the 2011 table of 16 industries."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, JsonValue

from ledger.policies.policy import Mark, Policy

FEN_PER_TABLE_UNIT = 1_000_000
"""The table counts money in units of 10,000 yuan."""


class Size(StrEnum):
    """Size class; the reward fund speaks of medium, small and micro together."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"
    NOT_CLASSIFIABLE = "not-classifiable"


class Industry(StrEnum):
    """The industries of the table, in its order."""

    AGRICULTURE = "agriculture-forestry-animal-husbandry-fishery"
    INDUSTRY = "industry"
    CONSTRUCTION = "construction"
    WHOLESALE = "wholesale"
    RETAIL = "retail"
    TRANSPORT = "transport"
    WAREHOUSING = "warehousing"
    POST = "post"
    ACCOMMODATION = "accommodation"
    CATERING = "catering"
    INFORMATION_TRANSMISSION = "information-transmission"
    SOFTWARE = "software-and-information-technology-services"
    REAL_ESTATE = "real-estate-development"
    PROPERTY_MANAGEMENT = "property-management"
    LEASING = "leasing-and-business-services"
    OTHER = "other"


class Measure(StrEnum):
    """What is measured: persons, and fen for the two amounts of money."""

    EMPLOYEES = "employees"
    REVENUE = "revenue"
    ASSETS = "assets"


class Thresholds(BaseModel):
    """Lower bounds of one measure for large, medium and small, each number itself included."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    large: int
    medium: int
    small: int


SizeTable = Mapping[Industry, Mapping[Measure, Thresholds]]


class SizeFault(StrEnum):
    """Why no size can be told."""

    MEASURE_IS_MISSING = "measure_is_missing"
    MEASURE_IS_NEGATIVE = "measure_is_negative"
    INDUSTRY_IS_NOT_IN_TABLE = "industry_is_not_in_table"


class CannotClassify(ValueError):
    """The figures do not suffice; `fault` says why, `industry` and `measure` where."""

    def __init__(self, fault: SizeFault, industry: Industry, measure: Measure | None) -> None:
        about = industry.value if measure is None else f"{industry.value}, {measure.value}"
        super().__init__(f"{fault.value.replace('_', ' ')}: {about}")
        self.fault = fault
        self.industry = industry
        self.measure = measure


def size_table(policy: Policy) -> SizeTable:
    """Read the industries and their thresholds (persons, and fen for money) out of a policy."""
    rows = policy.data["industries"]
    if not isinstance(rows, list):
        raise TypeError(f"policy {policy.id} {policy.version} holds no list of industries")
    table: dict[Industry, Mapping[Measure, Thresholds]] = {}
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row["thresholds"], dict):
            raise TypeError(f"policy {policy.id} {policy.version} has a row without thresholds")
        table[Industry(str(row["code"]))] = {
            Measure(name): Thresholds.model_validate(bounds)
            for name, bounds in row["thresholds"].items()
        }
    return table


def classify(
    industry: Industry | None,
    employees: int | None,
    revenue_fen: int | None,
    assets_fen: int | None,
    table: SizeTable,
) -> Size:
    """Size of an enterprise from persons, yearly revenue and total assets (both in fen).

    A class is reached when every measure that the industry lists is at or above its bound: one
    that falls short takes the enterprise down a class. Measures that the industry does not list
    are not looked at. No industry (a university, a government body, a foreign firm) is
    not-classifiable. Raises CannotClassify when a listed measure is missing or negative.
    Source: 工信部联企业〔2011〕300号, clause 4.
    """
    if industry is None:
        return Size.NOT_CLASSIFIABLE
    if industry not in table:
        raise CannotClassify(SizeFault.INDUSTRY_IS_NOT_IN_TABLE, industry, None)
    given = {
        Measure.EMPLOYEES: employees,
        Measure.REVENUE: revenue_fen,
        Measure.ASSETS: assets_fen,
    }
    reached = Size.LARGE
    for measure, bounds in table[industry].items():
        value = given[measure]
        if value is None:
            raise CannotClassify(SizeFault.MEASURE_IS_MISSING, industry, measure)
        if value < 0:
            raise CannotClassify(SizeFault.MEASURE_IS_NEGATIVE, industry, measure)
        reached = min(reached, _reached_by(value, bounds), key=_ASCENDING.index)
    return reached


_ASCENDING = (Size.MICRO, Size.SMALL, Size.MEDIUM, Size.LARGE)


def _reached_by(value: int, bounds: Thresholds) -> Size:
    if value >= bounds.large:
        return Size.LARGE
    if value >= bounds.medium:
        return Size.MEDIUM
    return Size.SMALL if value >= bounds.small else Size.MICRO


def _row(
    code: Industry, zh: str, mark: Mark = Mark.READ, **bounds: tuple[int, int, int]
) -> JsonValue:
    """One line of the table: large, medium, small; persons, or 10,000 yuan made into fen."""
    thresholds: dict[str, JsonValue] = {}
    for name, (large, medium, small) in bounds.items():
        unit = 1 if Measure(name) is Measure.EMPLOYEES else FEN_PER_TABLE_UNIT
        thresholds[name] = {"large": large * unit, "medium": medium * unit, "small": small * unit}
    return {"code": code.value, "title_zh": zh, "mark": mark.value, "thresholds": thresholds}


_I = Industry
_INDUSTRIES: list[JsonValue] = [
    _row(_I.AGRICULTURE, "农、林、牧、渔业", revenue=(20000, 500, 50)),
    _row(_I.INDUSTRY, "工业", employees=(1000, 300, 20), revenue=(40000, 2000, 300)),
    _row(_I.CONSTRUCTION, "建筑业", revenue=(80000, 6000, 300), assets=(80000, 5000, 300)),
    _row(_I.WHOLESALE, "批发业", employees=(200, 20, 5), revenue=(40000, 5000, 1000)),
    _row(_I.RETAIL, "零售业", employees=(300, 50, 10), revenue=(20000, 500, 100)),
    _row(_I.TRANSPORT, "交通运输业", employees=(1000, 300, 20), revenue=(30000, 3000, 200)),
    _row(_I.WAREHOUSING, "仓储业", employees=(200, 100, 20), revenue=(30000, 1000, 100)),
    _row(_I.POST, "邮政业", employees=(1000, 300, 20), revenue=(30000, 2000, 100)),
    _row(_I.ACCOMMODATION, "住宿业", employees=(300, 100, 10), revenue=(10000, 2000, 100)),
    _row(_I.CATERING, "餐饮业", employees=(300, 100, 10), revenue=(10000, 2000, 100)),
    _row(
        _I.INFORMATION_TRANSMISSION,
        "信息传输业",
        employees=(2000, 100, 10),
        revenue=(100000, 1000, 100),
    ),
    _row(_I.SOFTWARE, "软件和信息技术服务业", employees=(300, 100, 10), revenue=(10000, 1000, 50)),
    _row(_I.REAL_ESTATE, "房地产开发经营", revenue=(200000, 1000, 100), assets=(10000, 5000, 2000)),
    _row(_I.PROPERTY_MANAGEMENT, "物业管理", employees=(1000, 300, 100), revenue=(5000, 1000, 500)),
    _row(_I.LEASING, "租赁和商务服务业", employees=(300, 100, 10), assets=(120000, 8000, 100)),
    _row(_I.OTHER, "其他未列明行业", Mark.GENERAL_KNOWLEDGE, employees=(300, 100, 10)),
]

SME_2011 = Policy(
    id="sme-size",
    version=1,
    title_zh="中小企业划型标准规定",
    title_en="Classes of small and medium-sized enterprises",
    source="工信部联企业〔2011〕300号",
    mark=Mark.READ,
    valid_from=date(2011, 6, 18),
    data={
        "units": {"employees": "persons", "revenue": "fen-a-year", "assets": "fen"},
        "rule": "every-listed-measure-reaches-the-bound",
        "industries": _INDUSTRIES,
    },
)
