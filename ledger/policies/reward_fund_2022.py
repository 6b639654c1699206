"""Terms of the 2022 special reward fund: what the plan fixes, and a switch where it is silent."""

from datetime import date

from pydantic import JsonValue

from ledger.policies.policy import Mark, Policy

_FIXED_BY_PLAN: dict[str, JsonValue] = {
    "cap_fen": 350_000_000,
    "rate": {"numerator": 1, "denominator": 1000},
    "institution_kinds": ["university", "research-institute"],
    "deal_kinds": ["license", "assignment"],
    "purposes": ["license-fee", "royalty", "assignment-price"],
    "sizes": ["medium", "small", "micro"],
}

_SWITCHES: dict[str, JsonValue] = {
    "cap_per_institution_fen": None,
    "cap_per_contract_fen": None,
    "cap_per_person_fen": None,
    "max_recipients": None,
    "team_reading": "team-in-all",
    "rounding": "half-up-fen",
    "rounding_level": "contract-cumulative",
    "appropriation_window": {"first": "2022-01-01", "last": "2022-12-31"},
    "receipt_window": {"first": None, "last": None},
    "contract_window": {"first": None, "last": None},
    "holders": ["institution"],
    "size_as_of": "contract",
    "controlled_by_large": "flag",
    "related_party": "flag",
    "over_cap": "order-of-award",
    "refund_policy": "claw-back",
    "freed_money": "not-reusable",
    "base_reduced_by_vat": False,
    "excluded_funding": [],
}

_FIXED_READINGS: dict[str, JsonValue] = {
    "currency": "CNY",
    "owner_kind": "bureau",
    "owner_title_zh": "上海市知识产权局",
    "institution_regions": ["310000"],
    "designated_centres_only": False,
    "payee_kind": "service-team-person",
    "date_basis": "appropriation",
    "cap_binds_at": "awarded",
    "over_cap_remainder": "paid",
    "split_rule": "declared-weights-largest-remainder",
    "exchange_escrow_counted": "net-as-credited",
    "size_measurement_year": "year-before-contract",
    "size_evidence": ["declaration-letter", "platform"],
}

_CHOICES: dict[str, JsonValue] = {
    "team_reading": ["team-in-all", "each-member"],
    "rounding": ["half-up-fen", "floor-fen", "floor-yuan"],
    "rounding_level": ["contract-cumulative", "receipt", "claim"],
    "size_as_of": ["contract", "receipt", "claim"],
    "controlled_by_large": ["flag", "exclude"],
    "related_party": ["flag", "exclude"],
    "over_cap": ["order-of-award", "pro-rata", "manual"],
    "refund_policy": ["claw-back", "set-off", "leave"],
    "freed_money": ["not-reusable", "reusable"],
    "base_reduced_by_vat": [False, True],
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
    version=1,
    title_zh="高校院所知识产权运营专项奖励资金(2022年)",
    title_en="Special reward fund for IP operation of universities and institutes, 2022",
    source="上海市知识产权局、上海市教育委员会《高校知识产权运营中心建设方案》(2022-06-30)",
    mark=Mark.READ,
    valid_from=date(2022, 6, 30),
    data={
        "terms": {**_FIXED_BY_PLAN, **_SWITCHES},
        # The plan is silent on these: opening a fund records its owner's decision on each.
        "decided_by_owner": list[JsonValue](sorted(_SWITCHES)),
        "choices": _CHOICES,
        "readings": _FIXED_READINGS,
        **_APPROVALS,
    },
)
