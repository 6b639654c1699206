"""Write the golden file of every fact type that has none yet: python -m tests.ledger.write_golden

What was stored once never changes: a file that is there is never written again. A type whose
bytes must change gets a new topic and an upcast.
"""

from pathlib import Path

from tests.ledger.examples import EXAMPLES, entry

FOLDER = Path(__file__).parents[1] / "golden" / "facts"


def golden_file(topic: str) -> Path:
    """Where the stored bytes of a topic's example lie."""
    return FOLDER / f"{topic}.json"


def write_missing() -> list[Path]:
    """Write what is missing; answers the files written."""
    written = []
    for fact in EXAMPLES:
        path = golden_file(fact.TOPIC)
        if not path.exists():
            path.write_bytes(entry(fact))
            written.append(path)
    return written


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_missing()
