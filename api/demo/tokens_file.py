"""`tokens.json`: the bearer secrets of the demonstration, readable by its owner only."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from api.demo.story.people import TOKEN_HOLDERS

_NAME = "tokens.json"


def read_tokens(home: Path) -> dict[str, str]:
    """The secrets by entry; none where the file is missing, broken or not complete."""
    try:
        held = json.loads((home / _NAME).read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(held, dict):
        return {}
    found = {entry: held.get(entry) for entry in TOKEN_HOLDERS}
    return {entry: secret for entry, secret in found.items() if isinstance(secret, str) and secret}


def write_tokens(home: Path, tokens: Mapping[str, str]) -> None:
    """Put the secrets in place at once and whole: nobody reads half a file."""
    fresh = home / f"{_NAME}.new"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump({entry: tokens[entry] for entry in TOKEN_HOLDERS}, handle, indent=2)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    fresh.rename(home / _NAME)
