"""How often somebody may ask: a valid token its hundred a second, wrong secrets ten an address."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.postgres import Logins
from api.problems import RequestFault
from api.rates import KEPT_MAX, WRONG_SECRET_SECONDS, Buckets, Rates, network_of
from api.settings import Limits, WrongSetting, read_settings
from tests.api.http_house import House, open_house


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    buckets = Buckets(rate=2, burst=3)
    assert [buckets.wait("a", 10.0) for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert buckets.wait("b", 10.0) == 0
    assert buckets.wait("a", 10.5) == 0
    assert buckets.wait("a", 10.75) == 0.25
    assert [buckets.wait("a", 1_000.0) for _ in range(4)] == [0, 0, 0, 0.5]


def test_the_memory_of_buckets_is_bounded_and_the_oldest_goes_first() -> None:
    buckets = Buckets(rate=1, burst=1, kept=3)
    for key in "abcd":
        buckets.wait(key, 0.0)
    assert len(buckets) == 3
    assert buckets.wait("d", 0.0) > 0
    assert buckets.wait("a", 0.0) == 0


def test_any_number_of_addresses_takes_little_memory() -> None:
    rates = Rates(Limits())
    for at in range(KEPT_MAX + 100):
        rates.count_wrong(f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}", 0.0)
    assert len(rates._wrong) == KEPT_MAX


def test_a_token_may_ask_a_thousand_times_at_once_and_a_hundred_a_second() -> None:
    rates = Rates(Limits())
    for _ in range(1_000):
        rates.need_calm("t", 5.0)
    with pytest.raises(RequestFault) as caught:
        rates.need_calm("t", 5.0)
    assert caught.value.headers == {"retry-after": "1"}
    rates.need_calm("other", 5.0)
    for _ in range(100):
        rates.need_calm("t", 6.0)


def test_a_rate_of_nothing_is_no_limit() -> None:
    rates = Rates(Limits(rate=0))
    for _ in range(5_000):
        rates.need_calm("t", 0.0)


def test_wrong_secrets_are_slowed_after_ten() -> None:
    rates = Rates(Limits())
    for _ in range(10):
        rates.count_wrong("192.0.2.1", 0.0)
    with pytest.raises(RequestFault) as caught:
        rates.count_wrong("192.0.2.1", 0.0)
    assert caught.value.headers == {"retry-after": str(WRONG_SECRET_SECONDS)}
    rates.count_wrong("192.0.2.2", 0.0)
    rates.count_wrong("192.0.2.1", float(WRONG_SECRET_SECONDS))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        (None, "", True),
    ],
)
def test_an_ipv6_network_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_guessing_is_slowed_and_the_right_token_from_the_same_address_is_not(house: House) -> None:
    valid = house.as_(house.office.administrator)
    stranger = house.stranger()
    guess = {"authorization": "Bearer " + "x" * 43}
    answers = [stranger.get("/v1/views", headers=guess) for _ in range(12)]
    assert [each.status_code for each in answers] == [401] * 10 + [429] * 2
    slowed = answers[-1]
    assert slowed.headers["content-type"] == "application/problem+json"
    assert slowed.json()["code"] == "too_many_wrong_secrets"
    assert int(slowed.headers["retry-after"]) == slowed.json()["values"]["seconds"] > 0
    assert valid.get("/v1/views").status_code == 200


def test_links_and_cookies_that_open_nothing_count_as_wrong_secrets(house: House) -> None:
    stranger = house.stranger()
    own = {"origin": "http://zhiheng.test"}
    for at in range(10):
        if at % 2:
            assert stranger.post("/sign-in", data={"token": "x"}, headers=own).status_code == 410
        else:
            stranger.get("/", headers={"cookie": "zhiheng_session=x"})
    assert stranger.post("/sign-in", data={"token": "x"}, headers=own).status_code == 429
    assert house.signed_in(house.office.administrator).get("/").status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZHIHENG_RATE", "-1"),
        ("ZHIHENG_RATE", "many"),
        ("ZHIHENG_HEADER_BYTES", "10"),
        ("ZHIHENG_BODY_SECONDS", "0"),
        ("ZHIHENG_TRUSTED_PROXIES", "proxy.example"),
    ],
)
def test_a_limit_that_cannot_be_used_is_said_at_the_start(name: str, value: str) -> None:
    with pytest.raises(WrongSetting) as caught:
        read_settings({name: value})
    assert caught.value.name == name


def test_limits_are_read_from_the_environment() -> None:
    given = {"ZHIHENG_RATE": "0", "ZHIHENG_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}
    limits = read_settings(given).limits
    assert limits.rate == 0
    assert limits.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8")
