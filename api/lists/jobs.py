"""Imports that take longer than somebody waits for an answer: each runs in a thread, and is asked
after. What is lost with the process does no harm: the same list sent again goes on where it ended.
A list waits for its turn on disk, and of one that was taken in only the answer is kept.
"""

import logging
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import IO, Any, Self, get_args

from api.language import Language
from api.lists.intake import ListTaken, Progress
from api.lists.words import counts_line, taken_as_json
from api.uploads import put_by, whole
from ledger.refusals import Refusal, Refused

_UNDER_WAY_MAX = 2
_KEPT_MAX = 50

Work = Callable[[bytes, Progress], ListTaken]
"""Takes the list in whose bytes it is handed."""

log = logging.getLogger("zhiheng")


class Stopped(Exception):
    """The service stops: what is written stays, the rest is sent again."""


@dataclass(slots=True)
class Job:
    """One import: whose, how far, and how it ended. Rows are those of the list.

    `answer` is what `taken_as_json` makes of a list taken in, `counts` its line of counts.
    """

    id: str
    actor: str
    filename: str
    done: int = 0
    total: int = 0
    counts: Mapping[Language, str] = field(default_factory=dict)
    answer: dict[str, Any] | None = None
    refusal: Refusal | None = None
    failed: bool = False

    @property
    def is_under_way(self) -> bool:
        """Whether it has not ended yet."""
        return self.answer is None and self.refusal is None and not self.failed


class Jobs:
    """The imports of one process; the newest are remembered after they ended."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_UNDER_WAY_MAX, "import")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._stopping, self._lock = Event(), Lock()

    def start(self, actor: str, filename: str, data: bytes, work: Work) -> Job:
        """Begin an import. Blocks while the list is put by. One at a time for each actor.

        Raises Refusal(IMPORT_IS_UNDER_WAY).
        """
        _, waiting = put_by(data)
        try:
            job = self._begun(actor, filename)
        except Refusal:
            waiting.close()
            raise
        ending = self._pool.submit(self._run, job, waiting, work)
        ending.add_done_callback(lambda _: waiting.close())
        return job

    def _begun(self, actor: str, filename: str) -> Job:
        with self._lock:
            if any(job.actor == actor and job.is_under_way for job in self._jobs.values()):
                raise Refusal(Refused.IMPORT_IS_UNDER_WAY)
            job = Job(str(uuid.uuid4()), actor, filename)
            self._jobs[job.id] = job
            ended = [each for each in self._jobs.values() if not each.is_under_way]
            for old in ended[: max(0, len(self._jobs) - _KEPT_MAX)]:
                del self._jobs[old.id]
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

    def _run(self, job: Job, waiting: IO[bytes], work: Work) -> None:
        def reach(done: int, total: int) -> None:
            job.done, job.total = done, total
            if self._stopping.is_set():
                raise Stopped

        try:
            taken = work(whole(waiting), reach)
            languages: tuple[Language, ...] = get_args(Language)
            job.counts = {each: counts_line(taken.preview, each) for each in languages}
            job.answer = taken_as_json(taken)
        except Refusal as refusal:
            # Another like it: what was raised holds on to all that was read.
            job.refusal = Refusal(refusal.code, **refusal.values)
        except Stopped:
            job.failed = True
        except Exception:
            log.exception("import %s failed", job.id)
            job.failed = True
