"""Imports that take longer than somebody waits for an answer: each runs in a thread, and is asked
after. What is lost with the process does no harm: the same list sent again goes on where it ended.
"""

import logging
import uuid
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from typing import Self

from api.lists.intake import ListTaken, Progress
from ledger.refusals import Refusal, Refused

_UNDER_WAY_MAX = 2
_KEPT_MAX = 50

log = logging.getLogger("zhiheng")


class Stopped(Exception):
    """The service stops: what is written stays, the rest is sent again."""


@dataclass(slots=True)
class Job:
    """One import: whose, how far, and how it ended. Rows are those of the list."""

    id: str
    actor: str
    filename: str
    done: int = 0
    total: int = 0
    taken: ListTaken | None = None
    refusal: Refusal | None = None
    failed: bool = False

    @property
    def is_under_way(self) -> bool:
        """Whether it has not ended yet."""
        return self.taken is None and self.refusal is None and not self.failed


class Jobs:
    """The imports of one process; the newest are remembered after they ended."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_UNDER_WAY_MAX, "import")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._stopping, self._lock = Event(), Lock()

    def start(self, actor: str, filename: str, work: Callable[[Progress], ListTaken]) -> Job:
        """Begin an import. Raises Refusal(IMPORT_IS_UNDER_WAY): one at a time for each actor."""
        with self._lock:
            if any(job.actor == actor and job.is_under_way for job in self._jobs.values()):
                raise Refusal(Refused.IMPORT_IS_UNDER_WAY)
            job = Job(str(uuid.uuid4()), actor, filename)
            self._jobs[job.id] = job
            ended = [each for each in self._jobs.values() if not each.is_under_way]
            for old in ended[: max(0, len(self._jobs) - _KEPT_MAX)]:
                del self._jobs[old.id]
        self._pool.submit(self._run, job, work)
        return job

    def find(self, job_id: str, actor: str) -> Job:
        """An import of this actor. Raises Refusal(SUBJECT_IS_UNKNOWN)."""
        job = self._jobs.get(job_id)
        if job is None or job.actor != actor:
            raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=job_id[:80])
        return job

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def stop(self) -> None:
        """Let every import end after the batch it is at."""
        self._stopping.set()

    def _run(self, job: Job, work: Callable[[Progress], ListTaken]) -> None:
        def reach(done: int, total: int) -> None:
            job.done, job.total = done, total
            if self._stopping.is_set():
                raise Stopped

        try:
            job.taken = work(reach)
        except Refusal as refusal:
            job.refusal = refusal
        except Stopped:
            job.failed = True
        except Exception:
            log.exception("import %s failed", job.id)
            job.failed = True
