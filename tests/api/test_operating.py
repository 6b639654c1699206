"""What operators see: numbers, lines of the log, the doctor's remarks; nobody's data in any."""

import asyncio
import io
import json
import logging
import signal
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from psycopg_pool import AsyncConnectionPool

from api.cli_doctor import examine, kernel_clock
from api.clock import real_clock
from api.home import open_home
from api.logs import Lines, write_logs
from api.metrics import Metrics
from api.postgres import SUPERUSER, EmbeddedServer, Logins
from api.serving import http_server
from api.settings import WrongSetting, read_settings
from api.telemetry import collecting
from ledger.writers import Writer
from tests.api.http_house import House, open_house
from tests.api.office import settings_for

REGISTER = "/v1/actors/register"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


def numbers(text: str) -> dict[tuple[str, ...], float]:
    """Every sample: its name and the values of its labels in alphabetical order, but for `le`."""
    return {
        (sample.name, *(value for name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }


@contextmanager
def heard(name: str) -> Iterator[io.StringIO]:
    """What the named logger writes in the service's form."""
    stream, logger = io.StringIO(), logging.getLogger(name)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(as_json=True))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_commands_are_counted_by_name_and_outcome(house: House) -> None:
    administrator, clerk = house.as_(house.office.administrator), house.as_(house.office.clerk)
    keyed = {"idempotency-key": "a-1"}
    for _ in range(2):
        assert administrator.post(REGISTER, json={}, headers=keyed).status_code == 201
    assert clerk.post(REGISTER, json={}).status_code == 403
    told = numbers(house.stranger().get("/metrics").text)
    name = "zhiheng_command_seconds_count"
    assert told[name, "actor.register", "recorded"] == 1
    assert told[name, "actor.register", "replayed"] == 1
    assert told[name, "actor.register", "refused"] == 1
    assert told["zhiheng_http_request_seconds_count", "POST", REGISTER, "201"] == 2
    # Whoever lacks the role is refused before the book hears of it.
    assert told["zhiheng_writer_batch_commands_sum",] == 2
    assert told["zhiheng_log_facts",] == house.office.count("ledger.facts")
    assert told["zhiheng_database_up",] == 1
    assert told["zhiheng_writer_waiting_commands",] == 0


def test_readings_are_counted_by_their_declared_names_only(house: House) -> None:
    clerk = house.as_(house.office.clerk)
    assert clerk.get("/v1/views/receivables").status_code == 200
    for number in range(5):
        clerk.get(f"/v1/views/view-{number}")
        clerk.get(f"/nowhere/{number}")
    text = house.stranger().get("/metrics").text
    told = numbers(text)
    assert told["zhiheng_reading_seconds_count", "receivables"] == 1
    assert told["zhiheng_http_request_seconds_count", "GET", "/v1/views/{name}", "404"] == 5
    assert told["zhiheng_http_request_seconds_count", "GET", "other", "404"] == 5
    assert "view-1" not in text


def test_numbers_name_nobody_and_nothing(house: House) -> None:
    office = house.office
    house.as_(office.clerk).get(f"/v1/history/{office.account}")
    text = house.stranger().get("/metrics").text
    assert "/v1/history/{subject}" in text
    for each in (office.clerk, office.administrator, office.account, "institution:", "actor:"):
        assert each not in text


def test_every_app_has_numbers_of_its_own(house: House, ledger: Logins, tmp_path: Path) -> None:
    assert house.stranger().get("/nowhere").status_code == 404
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(ledger.service, open=False)
    other = Metrics(Writer(ledger.service, real_clock), pool, house.office.home)
    told = asyncio.run(other.exposed()).decode()
    assert "zhiheng_http_request_seconds_count{" not in told


def test_a_silent_database_is_a_number_and_no_failure(house: House, ledger: Logins) -> None:
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(ledger.service, open=False)
    metrics = Metrics(Writer("", real_clock), pool, house.office.home)
    told = numbers(asyncio.run(metrics.exposed()).decode())
    assert told["zhiheng_database_up",] == 0


def test_a_line_tells_who_did_what_with_which_outcome_by_ids_and_codes(house: House) -> None:
    office = house.office
    with heard("zhiheng.request") as stream:
        done = house.as_(office.administrator).post(REGISTER, json={})
        clerk = house.as_(office.clerk)
        clerk.post(REGISTER, json={}, headers={"x-request-id": "desk-7"})
        clerk.get(f"/v1/history/{office.account}?known_at=3")
    recorded, refused, read = lines(stream)
    assert recorded["event"] == "request"
    assert recorded["actor"] == office.administrator
    assert (recorded["method"], recorded["route"]) == ("POST", REGISTER)
    assert (recorded["command"], recorded["outcome"]) == ("actor.register", "recorded")
    assert recorded["position"] == done.json()["facts"][0]["position"]
    assert recorded["request_id"] == done.headers["x-request-id"]
    assert (refused["status"], refused["problem"]) == (403, "role_is_missing")
    assert refused["request_id"] == "desk-7"
    assert read["route"] == "/v1/history/{subject}"
    assert "known_at" not in stream.getvalue()
    assert office.account not in stream.getvalue()


def test_secrets_and_bodies_are_in_no_line(house: House) -> None:
    secret = house.secret(house.office.clerk, "sign-in")
    with heard("zhiheng.request") as stream:
        house.stranger().page(f"/sign-in?token={secret}")
        person = {"person": f"person:{uuid.uuid4()}", "name": "张发明"}
        house.as_(house.office.clerk).post("/v1/persons/register", json=person)
    assert len(lines(stream)) == 2
    assert secret not in stream.getvalue()
    assert "张发明" not in stream.getvalue()


@pytest.mark.parametrize("given", ["two words", "x" * 65, "a\tb", ""])
def test_an_id_that_is_not_plain_is_replaced(house: House, given: str) -> None:
    answer = house.stranger().get("/v1/views", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert uuid.UUID(answer.headers["x-request-id"]).version == 4


def test_a_fault_is_told_by_its_kind_and_place_without_its_words() -> None:
    with heard("zhiheng") as stream:
        try:
            raise ValueError("payer 沪江示例科技有限公司")
        except ValueError:
            logging.getLogger("zhiheng").exception("a request failed")
    (line,) = lines(stream)
    assert line["exception"] == "builtins.ValueError"
    assert "test_a_fault_is_told" in line["frames"][-1]
    assert "payer" not in stream.getvalue()


def test_an_event_is_one_line_whatever_it_says() -> None:
    record = logging.LogRecord("zhiheng", logging.INFO, "", 0, "a\nb\r\n\x85 c", None, None)
    assert "\n" not in Lines(as_json=False).format(record)
    assert json.loads(Lines(as_json=True).format(record))["event"] == "a b c"


def test_an_unknown_form_of_the_log_is_refused() -> None:
    with pytest.raises(WrongSetting, match="ZHIHENG_LOG"):
        write_logs(io.StringIO(), "xml")


def test_certificate_and_key_go_together() -> None:
    with pytest.raises(WrongSetting, match="ZHIHENG_TLS_KEY"):
        read_settings({"ZHIHENG_TLS_CERT": "/etc/zhiheng/tls.crt"})


def test_a_collector_without_the_extra_is_told_before_anything_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    with pytest.raises(WrongSetting, match=r"zhiheng\[otel\]"), collecting(named):
        pytest.fail("served without the extra")


def test_readiness_ends_with_the_signal_to_stop(ledger: Logins, tmp_path: Path) -> None:
    async def statuses() -> tuple[int, int, int]:
        caller = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://z.test")
        async with app.router.lifespan_context(app), caller as http:
            before = await http.get("/readyz")
            server.handle_exit(signal.SIGTERM, None)
            after, alive = await http.get("/readyz"), await http.get("/healthz")
            return before.status_code, after.status_code, alive.status_code

    with open_home(settings_for(ledger, tmp_path)) as home:
        server = http_server(home)
        app: Any = server.config.app
        assert asyncio.run(statuses()) == (200, 503, 200)


def test_the_doctor_finds_a_service_that_could_undo_the_log(
    server: EmbeddedServer, ledger: Logins, tmp_path: Path
) -> None:
    with open_home(settings_for(ledger, tmp_path)) as home:
        assert "finding" not in {remark.state for remark in examine(home)}
        owner = settings_for(ledger._replace(service=ledger.owner), tmp_path)
    with open_home(owner) as home:
        said = [remark.en for remark in examine(home) if remark.state == "finding"]
    assert any("zhiheng_owner: owner" in each for each in said)
    database = psycopg.conninfo.conninfo_to_dict(ledger.owner)["dbname"]
    almighty = ledger._replace(service=server.url(SUPERUSER, str(database)))
    with open_home(settings_for(almighty, tmp_path)) as home:
        said = [remark.en for remark in examine(home) if remark.state == "finding"]
    assert any("postgres: superuser, privileged, owner" in each for each in said)


def test_the_doctor_compares_the_clocks_of_machine_and_database(
    ledger: Logins, tmp_path: Path
) -> None:
    with open_home(settings_for(ledger, tmp_path)) as home:
        late = examine(home, lambda: real_clock() - timedelta(minutes=1))
        said = [remark for remark in late if "ms apart" in remark.en]
    assert [remark.state for remark in said] == ["finding"]
    assert kernel_clock() in (None, *range(6))
