"""No input ends in a 500: the whole OpenAPI at random, for six roles, on a ledger with a story."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.api.fuzzing import Fuzzer
from tests.api.test_demo import Demonstration
from tests.throwaway import throwaway_folder

ROLES = {
    "auditor": "auditor",
    "finance-clerk": "finance",
    "centre-staff": "centre",
    "bureau-approver": "bureau",
    "administrator": "administrator",
    "inventor": "inventor",
}
"""Role to its entry in tokens.json."""

STORY_SECONDS = 300
"""How soon a story is complete is another test's matter."""

CASES_PROVED = 20
"""Cases of each operation; each is sent twice by all roles."""
REQUESTS_SHARED, REQUESTS_PROVED = 300, 30_000
OPERATIONS_SHARED = 4
"""One operation in so many is tried by `make test`."""


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Demonstration]:
    with throwaway_folder() as folder:
        running = Demonstration(folder / "home")
        try:
            running.wait("/readyz", STORY_SECONDS)
            yield running
        finally:
            running.leave()


@pytest.fixture
def fuzzer(demonstration: Demonstration) -> Iterator[Fuzzer]:
    tokens = demonstration.tokens()
    feed = httpx.get(
        demonstration.url("/v1/facts?limit=1000"),
        headers={"authorization": f"Bearer {tokens['auditor']}"},
        timeout=60,
    )
    known = set(re.findall(r'"([a-z]+:[0-9A-Za-z.-]+)"', feed.text))
    callers = {role: tokens[entry] for role, entry in ROLES.items()}
    made = Fuzzer(demonstration.url(""), callers, known)
    yield made
    made.close()


def test_a_share_of_random_requests_ends_in_no_failure(fuzzer: Fuzzer) -> None:
    tried = fuzzer.run(1, OPERATIONS_SHARED)
    assert tried.wrong == []
    assert tried.requests >= REQUESTS_SHARED


@pytest.mark.prove
def test_no_random_request_ends_in_a_failure(fuzzer: Fuzzer) -> None:
    tried = fuzzer.run(CASES_PROVED)
    print(f"{tried.requests} requests: {dict(tried.statuses)}")  # noqa: T201  (the figure)
    assert tried.wrong == []
    assert tried.requests >= REQUESTS_PROVED
