"""A program that writes without end and says what it was told.

Run as `python -m tests.promises.relentless SEED`; it waits for a URL on its input, so that it can
be started ahead. After a lost connection it asks again under the same key, as a client has to.
"""

import sys
import time

import psycopg

from ledger.commands import BY_COMMAND
from ledger.sitting import Answer, Request
from ledger.writers import Scribe
from tests.ledger import trial
from tests.ledger.stage import MORNING, Requests, own_id


def command(seed: str, number: int) -> trial.Churn:
    """The command of a number: one to three facts."""
    return trial.Churn(holder=own_id("actor", seed), count=1 + number % 3, tag=str(number))


def request(seed: str, number: int) -> Request:
    """The same request for the same number in every process."""
    made = Requests(f"{seed} {number}")
    return made.make(command(seed, number), own_id("actor", seed), f"key {number}")


def main() -> None:
    """Write one line an answer: number and positions."""
    seed, number = sys.argv[1], 0
    BY_COMMAND.update(trial.DECLARATIONS)
    url = sys.stdin.readline().strip()
    scribe: Scribe | None = None
    while True:
        try:
            scribe = scribe or Scribe(url, lambda: MORNING)
            answer: Answer = scribe.handle(request(seed, number))
        except psycopg.OperationalError:
            scribe = None
            time.sleep(0.01)
            continue
        positions = " ".join(str(fact.position) for fact in answer.written)
        sys.stdout.write(f"{number} {positions}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main()
