"""The process that seals: wakes when facts come, at most twice a second, until its pipe closes."""

import logging
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from threading import Event, Thread
from typing import IO

import psycopg

from api.attested import Attested, attested
from api.attesting import Attesting, attesting
from api.clock import SimulatedClock, real_clock
from api.days import closing_days
from api.logs import write_logs
from api.sealing import ORDER, Order, State, seal_of, told, write_state
from api.settings import WrongSetting
from ledger.sealing import ROUND_MAX, Sealer, sealer
from ledger.sealing_stops import SealingStopped

INTERVAL_SECONDS = 0.5
"""At most one checkpoint in this time."""

IDLE_SECONDS = 1.0
"""How long nothing may come before the log is looked at anyway."""

AGAIN_SECONDS, AGAIN_SECONDS_MAX = 2.0, 300.0
"""How soon a sealer that had to stop tries again; longer each time."""

log = logging.getLogger("zhiheng.sealing")


class Following:
    """Follows one log until told to stop; `clock` answers None while days are not to be closed."""

    def __init__(self, order: Order, clock: Callable[[], datetime | None], stop: Event) -> None:
        self._order, self._clock, self._stop = order, clock, stop
        self._reason: str | None = None

    def run(self) -> None:
        """Seal, stop where it must not go on, and try again later.

        A database that is gone comes back soon; what stopped sealing itself needs somebody.
        """
        wait = 0.0
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._follow()
            except SealingStopped as stopped:
                self._tell(stopped)
                lasted = time.monotonic() - began > AGAIN_SECONDS_MAX
                wait = min(0 if lasted else wait * 2, AGAIN_SECONDS_MAX) or AGAIN_SECONDS
            except (psycopg.Error, OSError) as error:
                log.warning("sealing was interrupted", exc_info=error)
                wait = AGAIN_SECONDS
            self._stop.wait(wait)

    def _follow(self) -> None:
        order, url = self._order, self._order.url
        with ExitStack() as stack:
            made = stack.enter_context(
                sealer(url, seal_of(order.settings)._replace(host=order.host))
            )
            connection = stack.enter_context(psycopg.connect(url, autocommit=True))
            connection.execute("LISTEN zhiheng_facts")
            others = stack.enter_context(attesting(order.settings, made.origin, made.cosigned))
            if made.note is not None:
                others.offer(made.note)
            stack.enter_context(closing_days(url, self._clock))
            self._reason = None
            write_state(order.settings, State(at=real_clock()))
            said = Attested()
            while not self._stop.is_set():
                self._round(made, others)
                if (now_said := attested(others)) != said:
                    said = now_said
                    write_state(order.settings, State(at=real_clock(), attested=said))
                for _ in connection.notifies(timeout=IDLE_SECONDS, stop_after=1):
                    pass

    def _round(self, made: Sealer, others: Attesting) -> None:
        """Seal what there is, then let what comes within the interval gather."""
        began, before = time.monotonic(), made.size
        # A round that ended at its longest is one of many: the log is far ahead.
        while made.seal() and made.size % ROUND_MAX == 0 and not self._stop.is_set():
            pass
        if made.size > before and made.note is not None:
            others.offer(made.note)
            self._stop.wait(max(began + INTERVAL_SECONDS - time.monotonic(), 0))

    def _tell(self, stopped: SealingStopped) -> None:
        """Say why, in the log once and in the file as long as it holds."""
        values = dict(stopped.values)
        write_state(
            self._order.settings, State(reason=stopped.reason, values=values, at=real_clock())
        )
        if self._reason != stopped.reason:
            self._reason = stopped.reason
            log.warning("sealing stopped: %s", told(stopped).en, extra={"told": values})


class _Told:
    """The service's time, as it comes over the pipe; its end is the end of this process."""

    def __init__(self, pipe: IO[bytes], stop: Event) -> None:
        self._pipe, self._stop = pipe, stop
        self._clock: SimulatedClock | None = None
        Thread(target=self._read, name="pipe", daemon=True).start()

    def __call__(self) -> datetime | None:
        return None if self._clock is None else self._clock()

    def _read(self) -> None:
        for line in self._pipe:
            self._clock = SimulatedClock(datetime.fromisoformat(line.decode().strip()))
        self._stop.set()


def main() -> int:
    """Seal by the order that comes first over standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    order = ORDER.validate_json(sys.stdin.buffer.readline())
    write_logs(sys.stderr, order.settings.log)
    stop = Event()
    try:
        Following(order, _Told(sys.stdin.buffer, stop), stop).run()
    except WrongSetting as wrong:
        log.warning("sealing cannot begin: %s", wrong)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
