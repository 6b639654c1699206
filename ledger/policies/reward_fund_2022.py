"""Terms of the 2022 special reward fund: what the plan fixes, and a switch where it is silent."""

from datetime import date

from pydantic import JsonValue

from ledger.policies.policy import Mark, Policy

_FIXED_BY_PLAN: dict[str, JsonValue] = {
    "owner_kind": "bureau",
    "owner_title_zh": "上海市知识产权局",
    "currency": "CNY",
    "cap_total_fen": 350_000_000,
    "rate": {"numerator": 1, "denominator": 1000},
    "institution_kinds": ["university", "research-institute"],
    "institution_regions": ["310000"],
    "designated_centres_only": False,
    "deal_kinds": ["license", "assignment"],
    "base_purposes": ["license-fee", "royalty", "assignment-price"],
    "counterparty_sizes": ["medium", "small", "micro"],
    "counterparty_regions": None,
    "payee_kind": "service-team-person",
}

_SWITCHES: dict[str, JsonValue] = {
    "date_basis": "appropriation",
    "appropriation_window": {"from": "2022-01-01", "to": "2022-12-31"},
    "receipt_window": None,
    "contract_window": None,
    "cap_per_institution_fen": None,
    "cap_per_person_fen": None,
    "cap_per_deal_fen": None,
    "max_recipients": None,
    "rate_reading": "team-in-all",
    "base_net_of_vat": False,
    "base_excludes_equity": True,
    "received_in_asset_company_account": "not-counted",
    "received_as_acceptance_bill": "when-credited",
    "received_through_exchange_escrow": "when-credited-net",
    "size_as_of": "contract-signing",
    "size_measurement_year": "year-before-contract",
    "size_evidence": ["declaration-letter", "self-test-platform"],
    "controlled_by_large_firm": "flag",
    "related_party": "flag",
    "split_rule": "declared-weights-largest-remainder",
    "rounding": "half-up-fen",
    "rounding_level": "cumulative-per-contract",
    "over_cap": "first-come-by-award",
    "over_cap_remainder": "paid",
    "cap_binds_at": "awarded",
    "refund_policy": "claw-back",
    "freed_money_reusable": False,
    "exclude_double_funding": [],
}

_CHOICES: dict[str, JsonValue] = {
    "date_basis": ["appropriation", "receipt-value-date", "contract", "approval"],
    "rate_reading": ["team-in-all", "each-person"],
    "base_net_of_vat": [False, True],
    "base_excludes_equity": [True, False],
    "received_in_asset_company_account": ["not-counted", "when-credited"],
    "received_as_acceptance_bill": ["not-counted", "when-credited", "when-accepted"],
    "received_through_exchange_escrow": ["not-counted", "when-credited-net"],
    "size_as_of": ["contract-signing", "receipt", "claim"],
    "size_measurement_year": ["year-before-contract", "year-of-contract"],
    "controlled_by_large_firm": ["flag", "exclude"],
    "related_party": ["flag", "exclude"],
    "split_rule": ["declared-weights-largest-remainder", "equal-largest-remainder"],
    "rounding": ["half-up-fen", "floor-fen", "floor-yuan"],
    "rounding_level": ["cumulative-per-contract", "per-receipt"],
    "over_cap": ["first-come-by-award", "pro-rata-largest-remainder", "manual"],
    "over_cap_remainder": ["paid", "refused"],
    "cap_binds_at": ["awarded"],
    "refund_policy": ["claw-back", "reverse-accrual", "set-off"],
    "freed_money_reusable": [False, True],
}

_APPROVALS: dict[str, JsonValue] = {
    "approvals": [
        {"stage": "claimed", "role": "centre-staff"},
        {"stage": "accepted", "role": "bureau-clerk"},
        {"stage": "judged", "role": "bureau-clerk"},
        {"stage": "reviewed", "role": "bureau-clerk"},
        {"stage": "publicised", "role": "bureau-approver"},
        {"stage": "awarded", "role": "bureau-approver"},
        {"stage": "appropriated", "role": "bureau-payer"},
        {"stage": "disbursed", "role": "finance-clerk"},
    ],
    "distinct_persons": [["judged", "awarded", "appropriated"], ["judged", "reviewed"]],
}

REWARD_FUND_2022 = Policy(
    id="reward-fund",
    version="2022",
    title_zh="高校院所知识产权运营专项奖励资金(2022年)",
    title_en="Special reward fund for IP operation of universities and institutes, 2022",
    source="上海市知识产权局、上海市教育委员会《高校知识产权运营中心建设方案》(2022-06-30)",
    mark=Mark.READ,
    valid_from=date(2022, 6, 30),
    data={
        **_FIXED_BY_PLAN,
        **_SWITCHES,
        **_APPROVALS,
        "choices": _CHOICES,
        # The plan is silent on these: opening a fund records its owner's decision on each.
        "decided_by_owner": list[JsonValue](sorted(_SWITCHES)),
    },
)
