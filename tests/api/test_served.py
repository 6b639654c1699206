"""The service as a process of its own: how it stops, what it encrypts, where its spans go."""

import concurrent.futures
import gzip
import http.server
import ipaddress
import ssl
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.postgres import Logins
from api.serving import ANSWER_SECONDS, FAREWELL_SECONDS
from api.tokens import Purpose
from tests.api.office import open_office
from tests.api.served_house import Served, served

REGISTER = "/v1/actors/register"
CALLERS = 16


@pytest.fixture
def secrets(ledger: Logins, tmp_path: Path) -> dict[Purpose, str]:
    """An administrator's bearer token and sign-in link on an opened log."""
    with open_office(ledger, tmp_path) as office:
        made: dict[Purpose, str] = {}
        purposes: tuple[Purpose, ...] = ("bearer", "sign-in")
        for purpose in purposes:
            made[purpose] = office.secret(office.administrator, purpose)
    return made


def bearer(secrets: dict[Purpose, str]) -> dict[str, str]:
    return {"authorization": f"Bearer {secrets['bearer']}"}


def test_what_was_acknowledged_under_load_before_the_stop_is_in_the_log(
    ledger: Logins, tmp_path: Path, secrets: dict[Purpose, str]
) -> None:
    told: list[tuple[str, int]] = []
    refused: list[int] = []

    def write(running: Served) -> None:
        with httpx.Client(base_url=running.address, headers=bearer(secrets)) as http:
            try:
                for _ in range(5_000):
                    actor = f"actor:{uuid.uuid4()}"
                    answer = http.post(REGISTER, json={"actor": actor})
                    if answer.status_code != 201:
                        refused.append(answer.status_code)
                        return
                    told.append((actor, answer.json()["facts"][0]["position"]))
            except httpx.TransportError:
                return

    with served(ledger, tmp_path) as running:
        with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
            for _ in range(CALLERS):
                callers.submit(write, running)
            while len(told) < 200:
                time.sleep(0.01)
            started = time.monotonic()
            assert running.stop() == 0
            assert time.monotonic() - started < FAREWELL_SECONDS
        events = [line["event"] for line in running.lines]
    with psycopg.connect(ledger.service) as connection:
        rows = connection.execute("SELECT position, subject FROM ledger.facts ORDER BY position")
        stored = rows.fetchall()
    assert [position for position, _ in stored] == list(range(len(stored)))
    assert {(actor, position) for actor, position in told} <= {(s, p) for p, s in stored}
    assert set(refused) <= {503}
    assert "a request failed" not in events
    assert "Shutting down" in events


def test_a_command_that_cannot_end_is_answered_before_the_service_goes(
    ledger: Logins, tmp_path: Path, secrets: dict[Purpose, str]
) -> None:
    actor = f"actor:{uuid.uuid4()}"
    with served(ledger, tmp_path) as running, psycopg.connect(ledger.owner) as holder:
        holder.execute("LOCK TABLE ledger.append_lock IN EXCLUSIVE MODE")
        with concurrent.futures.ThreadPoolExecutor(1) as callers:
            waiting = callers.submit(
                httpx.post,
                running.address + REGISTER,
                json={"actor": actor},
                headers=bearer(secrets),
                timeout=60,
            )
            _until_blocked(ledger.owner)
            started = time.monotonic()
            assert running.stop() == 0
            assert ANSWER_SECONDS <= time.monotonic() - started < FAREWELL_SECONDS + 5
            answer = waiting.result()
        assert answer.status_code == 503
        assert answer.json()["code"] == "ledger_is_unreachable"
        holder.rollback()
        _until_alone(holder)
        count = holder.execute("SELECT count(*) FROM ledger.facts WHERE subject = %s", (actor,))
        assert count.fetchone() == (0,)


def _until_blocked(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(500):
            row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            if row and row[0]:
                return
            time.sleep(0.02)
    pytest.fail("nobody waits for the lock")


def _until_alone(connection: psycopg.Connection[Any]) -> None:
    """Until the service's sessions have ended, whatever they still did."""
    connection.autocommit = True
    for _ in range(500):
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'zhiheng_service' "
            "AND datname = current_database()"
        ).fetchone()
        if others == (0,):
            return
        time.sleep(0.02)
    pytest.fail("sessions of the service go on")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, both in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def signed_in(address: str, secret: str, origin: str, **options: Any) -> httpx.Response:
    """The button under a sign-in link pressed on the page at `origin`."""
    headers = {"origin": origin, **options.pop("headers", {})}
    form = {"token": secret}
    return httpx.post(f"{address}/sign-in", data=form, headers=headers, **options)


def test_with_a_certificate_pages_are_encrypted_and_cookies_stay_on_them(
    ledger: Logins, tmp_path: Path, secrets: dict[Purpose, str], certificate: Path
) -> None:
    both = {"ZHIHENG_TLS_CERT": str(certificate), "ZHIHENG_TLS_KEY": str(certificate)}
    trust = ssl.create_default_context(cafile=str(certificate))
    with served(ledger, tmp_path, both, trust) as running:
        answer = signed_in(running.address, secrets["sign-in"], running.address, verify=trust)
        assert answer.status_code == 303
        assert "Secure" in answer.headers["set-cookie"]
        assert running.stop() == 0


def test_behind_a_proxy_that_encrypts_cookies_stay_on_encrypted_pages(
    ledger: Logins, tmp_path: Path, secrets: dict[Purpose, str]
) -> None:
    outside = {"host": "ip.example.edu.cn", "x-forwarded-proto": "https"}
    proxy = {"ZHIHENG_TRUSTED_PROXIES": "127.0.0.1"}
    with served(ledger, tmp_path, proxy) as running:
        stolen = signed_in(
            running.address, secrets["sign-in"], "http://ip.example.edu.cn", headers=outside
        )
        assert stolen.status_code == 403
        answer = signed_in(
            running.address, secrets["sign-in"], "https://ip.example.edu.cn", headers=outside
        )
        assert answer.status_code == 303
        assert answer.headers["location"] == "/"
        assert "Secure" in answer.headers["set-cookie"]


def test_nobody_but_a_trusted_proxy_says_where_a_request_comes_from(
    ledger: Logins, tmp_path: Path, secrets: dict[Purpose, str]
) -> None:
    outside = {"host": "ip.example.edu.cn", "x-forwarded-proto": "https"}
    with served(ledger, tmp_path) as running:
        answer = signed_in(
            running.address, secrets["sign-in"], "https://ip.example.edu.cn", headers=outside
        )
        assert answer.status_code == 403


class Collector(http.server.BaseHTTPRequestHandler):
    """Takes spans over OTLP and keeps them with its server."""

    def do_POST(self) -> None:
        """One export."""
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.taken.append(body)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector's address, and the exports it took."""
    taken: list[bytes] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        server.taken = taken  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", taken
        finally:
            server.shutdown()
            thread.join()


def test_spans_reach_the_collector_under_the_callers_own_and_name_nobody(
    ledger: Logins, tmp_path: Path, secrets: dict[Purpose, str]
) -> None:
    trace = uuid.uuid4().hex
    with collector() as (address, taken):
        named = {"OTEL_EXPORTER_OTLP_ENDPOINT": address}
        with served(ledger, tmp_path, named) as running:
            headers = {**bearer(secrets), "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
            assert httpx.post(running.address + REGISTER, headers=headers, json={}).is_success
            httpx.get(f"{running.address}/sign-in?token={secrets['sign-in']}")
            assert running.stop() == 0
    exports = [ExportTraceServiceRequest.FromString(body) for body in taken]
    spans = [
        span
        for export in exports
        for resource in export.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    by_name = {span.name: span for span in spans}
    request = by_name[f"POST {REGISTER}"]
    assert request.trace_id.hex() == trace
    attributes = {each.key: each.value for each in request.attributes}
    assert attributes["zhiheng.command"].string_value == "actor.register"
    assert attributes["http.response.status_code"].int_value == 201
    assert "writer batch" in by_name
    assert all(secrets["sign-in"].encode() not in body for body in taken)
