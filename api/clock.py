"""Where time enters: the real clock, or the demonstration's simulated one."""

import time
from datetime import UTC, datetime, timedelta


def real_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class SimulatedClock:
    """A clock that the demonstration sets; from then on it runs at real speed.

    Every process starts it from the recorded time of the log's last fact, so recorded time goes on
    where the story ended, after a restart too.
    """

    def __init__(self, start: datetime) -> None:
        self._start, self._since = start, time.monotonic()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._since)

    def set(self, moment: datetime) -> None:
        """Go on from this moment."""
        self._start, self._since = moment, time.monotonic()
