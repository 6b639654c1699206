"""Every indicator there is, written out: codes are stable, meanings are versioned."""

from typing import Final

from projections.figures import Indicator
from projections.indicators.contracts import CONTRACT_INDICATORS
from projections.indicators.innovation import INNOVATION_INDICATORS
from projections.indicators.money import MONEY_INDICATORS
from projections.indicators.reward import REWARD_INDICATORS
from projections.indicators.transfer import TRANSFER_INDICATORS

INDICATORS: Final[tuple[Indicator, ...]] = (
    *INNOVATION_INDICATORS,
    *CONTRACT_INDICATORS,
    *MONEY_INDICATORS,
    *TRANSFER_INDICATORS,
    *REWARD_INDICATORS,
)

BY_NAME: Final = {indicator.name: indicator for indicator in INDICATORS}
"""By code and variant, `D16:stock-at-start`; the plain reading by its code alone."""
