"""How often somebody may ask: token buckets on a clock that is an argument, few in memory."""

import math
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import Final

from api.problems import Fault, RequestFault
from api.settings import Limits

BURST_SECONDS: Final = 10
"""What a token may ask at once is what it may ask in so many seconds."""

WRONG_SECRET_SECONDS: Final = 6
"""One more wrong secret in so many seconds, once the first few are spent."""

KEPT_MAX: Final = 10_000
"""Callers remembered; the one that asked longest ago is forgotten first."""

_NETWORK_BITS: Final = 64
"""Of an IPv6 address: who has one has all the others of its network too."""


class Buckets:
    """One bucket a key: `burst` at once, `rate` a second from then on."""

    def __init__(self, rate: float, burst: int, kept: int = KEPT_MAX) -> None:
        self._rate, self._burst, self._kept = rate, float(burst), kept
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def wait(self, key: str, now: float) -> float:
        """Take one at this moment (seconds): 0, or how long to wait where none is left."""
        level, at = self._held.pop(key, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._rate)
        left = level - 1 if level >= 1 else level
        self._held[key] = (left, now)
        if len(self._held) > self._kept:
            self._held.popitem(last=False)
        return 0.0 if level >= 1 else (1 - level) / self._rate


class Rates:
    """The buckets of valid tokens and, apart from them, of addresses that sent wrong secrets."""

    def __init__(self, limits: Limits) -> None:
        self._rate = limits.rate
        self._tokens = Buckets(max(limits.rate, 1), max(limits.rate, 1) * BURST_SECONDS)
        self._wrong = Buckets(1 / WRONG_SECRET_SECONDS, limits.wrong_secrets)

    def need_calm(self, token: str, now: float) -> None:
        """Count a request of a valid token. Raises RequestFault(TOO_MANY_REQUESTS)."""
        if not self._rate:
            return
        if wait := self._tokens.wait(token, now):
            raise _slowed(Fault.TOO_MANY_REQUESTS, wait, rate_max=self._rate)

    def count_wrong(self, address: str | None, now: float) -> None:
        """Count a secret that opened nothing. Raises RequestFault(TOO_MANY_WRONG_SECRETS)."""
        if wait := self._wrong.wait(network_of(address), now):
            raise _slowed(Fault.TOO_MANY_WRONG_SECRETS, wait)


def network_of(address: str | None) -> str:
    """An address as it is counted: IPv4 by itself, IPv6 by its network."""
    try:
        read = ip_address(address or "")
    except ValueError:
        return address or "?"
    if not isinstance(read, IPv6Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return f"{int(read) >> _NETWORK_BITS:x}/{_NETWORK_BITS}"


def _slowed(fault: Fault, wait: float, **values: int) -> RequestFault:
    seconds = max(1, math.ceil(wait))
    return RequestFault(fault, {"retry-after": str(seconds)}, seconds=seconds, **values)
