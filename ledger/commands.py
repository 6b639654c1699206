"""Every command there is, written out once: names, routes and documents follow from this tuple."""

from ledger import (
    access,
    accounts,
    assignments,
    contracts,
    corrections,
    counterparties,
    disclosures,
    equity,
    institutions,
    licenses,
    patents,
    persons,
    receipts,
    reward_fund,
    rewards,
)
from ledger.case import Command
from ledger.declaration import Declaration

DECLARATIONS: tuple[Declaration, ...] = (
    *institutions.DECLARATIONS,
    *access.DECLARATIONS,
    *persons.DECLARATIONS,
    *counterparties.DECLARATIONS,
    *disclosures.DECLARATIONS,
    *patents.DECLARATIONS,
    *licenses.DECLARATIONS,
    *assignments.DECLARATIONS,
    *equity.DECLARATIONS,
    *contracts.DECLARATIONS,
    *accounts.DECLARATIONS,
    *receipts.DECLARATIONS,
    *reward_fund.DECLARATIONS,
    *rewards.DECLARATIONS,
    *corrections.DECLARATIONS,
)

BY_NAME: dict[str, Declaration] = {item.name: item for item in DECLARATIONS}
BY_COMMAND: dict[type[Command], Declaration] = {item.command: item for item in DECLARATIONS}
