"""Limits of the 2022 plan on university IP operation centres: how many, on what, with whom."""

from datetime import date

from ledger.policies.policy import Mark, Policy

SELECTED_MAX = 10
"""Universities ever selected, each counted once; a withdrawal gives no place back."""
DISCIPLINES_MIN, DISCIPLINES_MAX = 1, 2
INDUSTRIES_MIN = 1

IP_CENTRES_2022 = Policy(
    id="ip-operation-centres",
    version=1,
    title_zh="高校知识产权运营中心建设要求(2022年)",
    title_en="Requirements on university IP operation centres, 2022",
    source="沪知局〔2022〕21号",
    mark=Mark.READ,
    valid_from=date(2022, 6, 30),
    data={
        "applicant_kinds": ["university"],
        "selected_max": SELECTED_MAX,
        "selections_counted": "cumulative-distinct",
        "disciplines": {"min": DISCIPLINES_MIN, "max": DISCIPLINES_MAX},
        "industries_min": INDUSTRIES_MIN,
        "full_time_staff_min": 3,
    },
)
