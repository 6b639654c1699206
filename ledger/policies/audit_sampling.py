"""Factors of monetary-unit sampling: planning, expected errors, and what each error found adds."""

from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from ledger.policies.policy import Mark, Policy

_FACTORS: Final[dict[int, tuple[int, int, tuple[int, ...]]]] = {
    99: (460, 190, (203, 177, 164, 156, 150, 146, 143, 140, 138, 136)),
    95: (300, 160, (175, 155, 146, 140, 136, 133, 131, 129, 127, 126)),
    90: (230, 150, (159, 143, 136, 131, 128, 126, 124, 122, 121, 120)),
    85: (190, 140, (148, 135, 129, 125, 123, 121, 119, 118, 117, 116)),
    80: (160, 130, (139, 129, 124, 121, 119, 117, 116, 115, 114, 113)),
    70: (120, 120, (124, 118, 115, 113, 112, 111, 110, 109, 109, 108)),
    50: (70, 100, (99, 100, 100, 100, 100, 100, 100, 100, 100, 100)),
}
"""Confidence in percent: reliability factor, expansion factor, increments; all in hundredths."""

CONFIDENCES: Final = tuple(sorted(_FACTORS, reverse=True))
"""The confidences in percent that have factors."""

AUDIT_SAMPLING = Policy(
    id="audit-sampling",
    version=1,
    title_zh="货币单元抽样系数",
    title_en="Factors of monetary-unit sampling",
    source="可靠系数见公开的货币单元抽样计算表(99%至50%)；扩张系数及各误差增量为审计实务通用表，"
    "增量即泊松上限之差",
    mark=Mark.GENERAL_KNOWLEDGE,
    valid_from=date(2018, 1, 1),
    data={
        "unit": "hundredths",
        "confidences": [
            {
                "percent": percent,
                "reliability": reliability,
                "expansion": expansion,
                "increments": list(increments),
            }
            for percent, (reliability, expansion, increments) in _FACTORS.items()
        ],
    },
)


class Factors(NamedTuple):
    """What a confidence asks for: `reliability` without errors, `expansion` of expected ones."""

    reliability: Fraction
    expansion: Fraction
    increments: tuple[Fraction, ...]

    def increment(self, place: int) -> Fraction:
        """What the error at this place adds, the largest standing at 0.

        Increments fall with every place, so beyond the table its last one is on the safe side.
        """
        return self.increments[min(place, len(self.increments) - 1)]


def factors(confidence: int) -> Factors | None:
    """The factors of a confidence in percent; None for one that the table does not have."""
    found = _FACTORS.get(confidence)
    if found is None:
        return None
    reliability, expansion, increments = found
    return Factors(
        Fraction(reliability, 100),
        Fraction(expansion, 100),
        tuple(Fraction(increment, 100) for increment in increments),
    )
