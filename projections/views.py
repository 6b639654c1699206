"""Every view there is, written out; names are stable, columns are only added."""

from typing import Final

from projections.accruals import REWARD_ACCRUALS
from projections.annuities import ANNUITIES
from projections.audit_papers import COMPARISONS, EVIDENCE, WORKING_PAPERS
from projections.audits import FINDINGS, SAMPLE_ITEMS, SAMPLES
from projections.books import APPROVAL_LIMITS, FACTS_AFTER_CLOSING, PERIODS
from projections.centres import CENTRES
from projections.counterparties import COUNTERPARTIES
from projections.deals import DEALS
from projections.decisions import DECISIONS
from projections.disclosures import DISCLOSURES
from projections.duties import SAME_ACTOR, SPLIT_CONTRACTS
from projections.first_look import (
    BACKDATED_FACTS,
    CUT_OFF,
    MONEY_BEFORE_REGISTRATION,
    ROUND_AMOUNTS,
)
from projections.foreign import FOREIGN_APPLICATIONS
from projections.history import HISTORY
from projections.institutions import INSTITUTIONS
from projections.listings import EXCHANGE_LISTINGS
from projections.market import DEMANDS, EVENTS, LEADS, SUPPLIES
from projections.number_claims import NUMBER_CLAIMS
from projections.open_licenses import OPEN_LICENSES
from projections.partners import PARTNERS
from projections.patents import PATENTS
from projections.pledges import PLEDGES
from projections.pricings import PRICINGS
from projections.receipts import ALLOCATIONS, RECEIPTS
from projections.receivables import RECEIVABLES
from projections.reward_claims import REWARD_CLAIMS
from projections.reward_fund import REWARD_FUND
from projections.reward_sums import (
    REWARD_FUND_SUMMARY,
    REWARDS_BY_DEAL,
    REWARDS_BY_INSTITUTION,
    REWARDS_BY_PERSON,
)
from projections.view import View

VIEWS: Final[tuple[View, ...]] = (
    DEALS,
    OPEN_LICENSES,
    PRICINGS,
    EXCHANGE_LISTINGS,
    RECEIVABLES,
    RECEIPTS,
    ALLOCATIONS,
    REWARD_FUND,
    REWARD_FUND_SUMMARY,
    REWARD_CLAIMS,
    REWARD_ACCRUALS,
    REWARDS_BY_INSTITUTION,
    REWARDS_BY_DEAL,
    REWARDS_BY_PERSON,
    DISCLOSURES,
    PATENTS,
    NUMBER_CLAIMS,
    ANNUITIES,
    FOREIGN_APPLICATIONS,
    PLEDGES,
    SUPPLIES,
    DEMANDS,
    LEADS,
    EVENTS,
    PARTNERS,
    CENTRES,
    DECISIONS,
    COUNTERPARTIES,
    INSTITUTIONS,
    FINDINGS,
    SAMPLES,
    SAMPLE_ITEMS,
    EVIDENCE,
    WORKING_PAPERS,
    COMPARISONS,
    PERIODS,
    APPROVAL_LIMITS,
    BACKDATED_FACTS,
    SAME_ACTOR,
    ROUND_AMOUNTS,
    SPLIT_CONTRACTS,
    CUT_OFF,
    MONEY_BEFORE_REGISTRATION,
    FACTS_AFTER_CLOSING,
    HISTORY,
)

BY_NAME: Final = {view.name: view for view in VIEWS}
