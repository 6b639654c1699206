"""Settings from the environment (12-factor) and the files a home consists of."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

DEFAULT_ORIGIN = "zhiheng.local/ledger"
READER_MEGABYTES, READER_SECONDS, READERS = 1024, 30, 2
"""Memory and seconds of computing that reading one uploaded file may take; how many at once."""


class WrongSetting(Exception):
    """A setting cannot be used; `name` is the variable."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        self.name, self.zh, self.en = name, zh, en
        super().__init__(f"{name}: {en}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one caller may ask of the service; each is told in the answer that it leads to."""

    header_bytes: int = 64 << 10
    """The header section of a request, its address included."""
    header_seconds: int = 30
    """From the first byte of a request to the end of its headers."""
    body_seconds: int = 60
    """From the end of the headers to the end of the body."""
    rate: int = 100
    """Requests a second that one token may make, after ten times as many at once; 0 is no limit."""
    wrong_secrets: int = 10
    """Secrets that open nothing, from one address, before further ones are slowed."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the process takes from its environment, read once."""

    home: Path
    service_url: str | None
    owner_url: str | None
    origin: str
    vault_key_file: Path
    signing_key_file: Path
    token: str | None
    locale: str
    log: str | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    publish_seconds: int | None = None
    witness_policy: Path | None = None
    tsa_url: str | None = None
    sm_key_file: Path | None = None
    seals: bool = False
    host: str | None = None
    limits: Limits = Limits()
    reader_megabytes: int = READER_MEGABYTES
    reader_seconds: int = READER_SECONDS
    readers: int = READERS

    @property
    def log_folder(self) -> Path:
        """Where checkpoints and tiles lie, as anybody may fetch them."""
        return self.home / "log"

    @property
    def sealing_state(self) -> Path:
        """Where the sealer says how it stands."""
        return self.home / "sealing.json"

    @property
    def evidence_folder(self) -> Path:
        """Where documents lie, each under the hash of its bytes."""
        return self.home / "evidence"

    @property
    def archive_folder(self) -> Path:
        """Where complete ranges of facts lie as columns: a cache, which may be deleted."""
        return self.home / "archive"

    @property
    def is_embedded(self) -> bool:
        """Whether this process brings its own PostgreSQL."""
        return self.service_url is None


def read_settings(
    environment: Mapping[str, str] = os.environ, home: Path | None = None
) -> Settings:
    """Settings from variables named ZHIHENG_...; `home` overrides ZHIHENG_HOME."""
    folder = home or Path(environment.get("ZHIHENG_HOME", "./var/ledger"))
    locale = environment.get("ZHIHENG_LOCALE", "zh")
    if locale not in ("zh", "en"):
        raise WrongSetting("ZHIHENG_LOCALE", "只能是 zh 或 en", "must be zh or en")
    origin = environment.get("ZHIHENG_ORIGIN", DEFAULT_ORIGIN)
    certificate, key = _file(environment, "ZHIHENG_TLS_CERT"), _file(environment, "ZHIHENG_TLS_KEY")
    if (certificate is None) != (key is None):
        missing = "ZHIHENG_TLS_KEY" if key is None else "ZHIHENG_TLS_CERT"
        raise WrongSetting(missing, "证书与私钥须同时给出", "certificate and key go together")
    if not origin or any(ch.isspace() or ch == "+" for ch in origin):
        raise WrongSetting("ZHIHENG_ORIGIN", "不得含空格或加号", "must hold no blank and no plus")
    place = folder.expanduser().resolve()
    keys = place / "keys"
    return Settings(
        home=place,
        service_url=environment.get("ZHIHENG_DATABASE_URL") or None,
        owner_url=environment.get("ZHIHENG_OWNER_DATABASE_URL") or None,
        origin=origin,
        vault_key_file=_file(environment, "ZHIHENG_VAULT_KEY_FILE") or keys / "vault.key",
        signing_key_file=_file(environment, "ZHIHENG_SIGNING_KEY_FILE") or keys / "log.key",
        token=environment.get("ZHIHENG_TOKEN") or None,
        locale=locale,
        log=environment.get("ZHIHENG_LOG") or None,
        tls_certificate=certificate,
        tls_key=key,
        publish_seconds=_seconds(environment, "ZHIHENG_PUBLISH"),
        witness_policy=_file(environment, "ZHIHENG_WITNESS_POLICY"),
        tsa_url=environment.get("ZHIHENG_TSA_URL") or None,
        sm_key_file=_file(environment, "ZHIHENG_SM_KEY_FILE"),
        seals=_switch(environment, "ZHIHENG_SEAL"),
        host=environment.get("ZHIHENG_HOST") or None,
        limits=_limits(environment),
        reader_megabytes=_number(environment, "ZHIHENG_READER_MEMORY", READER_MEGABYTES, 128),
        reader_seconds=_number(environment, "ZHIHENG_READER_SECONDS", READER_SECONDS),
        readers=_number(environment, "ZHIHENG_READERS", READERS),
    )


def _limits(environment: Mapping[str, str]) -> Limits:
    usual = Limits()
    return Limits(
        header_bytes=_number(environment, "ZHIHENG_HEADER_BYTES", usual.header_bytes, 1 << 10),
        header_seconds=_number(environment, "ZHIHENG_HEADER_SECONDS", usual.header_seconds),
        body_seconds=_number(environment, "ZHIHENG_BODY_SECONDS", usual.body_seconds),
        rate=_number(environment, "ZHIHENG_RATE", usual.rate, 0),
        wrong_secrets=_number(environment, "ZHIHENG_WRONG_SECRETS", usual.wrong_secrets),
        trusted_proxies=_addresses(environment, "ZHIHENG_TRUSTED_PROXIES"),
    )


def _number(environment: Mapping[str, str], name: str, usual: int, least: int = 1) -> int:
    given = environment.get(name) or str(usual)
    if not (given.isascii() and given.isdigit() and len(given) <= 8 and int(given) >= least):
        raise WrongSetting(name, f"须为不小于 {least} 的整数", f"must be a number from {least} on")
    return int(given)


def _addresses(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    given = [each.strip() for each in (environment.get(name) or "").split(",") if each.strip()]
    try:
        return tuple(str(ip_network(each)) for each in given)
    except ValueError as error:
        raise WrongSetting(
            name, "须为以逗号分隔的地址或网段", "must be addresses or networks, commas between"
        ) from error


def _seconds(environment: Mapping[str, str], name: str) -> int | None:
    given = environment.get(name) or "off"
    if given == "off":
        return None
    if not (given.isascii() and given.isdigit() and 1 <= len(given) <= 5 and int(given)):
        raise WrongSetting(name, "只能是 off 或正整数秒", "must be off or a number of seconds")
    return int(given)


def _switch(environment: Mapping[str, str], name: str) -> bool:
    given = environment.get(name) or "on"
    if given not in ("on", "off"):
        raise WrongSetting(name, "只能是 on 或 off", "must be on or off")
    return given == "on"


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    given = environment.get(name)
    return Path(given).expanduser().resolve() if given else None


def master_key(file: Path, *, create: bool) -> bytes:
    """The vault's 32-byte master key; made once, readable by the owner only.

    A missing key is made only where `create` says that no vault can exist yet: a new key beside an
    old vault would lock everything in it away.
    """
    if not file.exists():
        if not create:
            raise WrongSetting(
                "ZHIHENG_VAULT_KEY_FILE", f"找不到密钥文件 {file}", f"key file {file} is missing"
            )
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(32) + "\n")
    text = file.read_text().strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise WrongSetting(
            "ZHIHENG_VAULT_KEY_FILE",
            f"{file} 应为 64 个十六进制字符",
            f"{file} must hold 64 hex digits",
        )
    return key
