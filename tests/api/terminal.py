"""The command line run in the test's own process, on the ledger of a house."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.postgres import Logins
from tests.api.http_house import House

Said = tuple[int, str, str]
Zhiheng = Callable[..., Said]
"""Arguments to exit code, standard output and standard error."""


def terminal(
    house: House,
    ledger: Logins,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    captured: Any,
) -> Zhiheng:
    """A terminal of a state auditor."""
    monkeypatch.setenv("ZHIHENG_HOME", str(folder))
    monkeypatch.setenv("ZHIHENG_DATABASE_URL", ledger.service)
    monkeypatch.setenv("ZHIHENG_OWNER_DATABASE_URL", ledger.owner)
    monkeypatch.setenv("ZHIHENG_VAULT_KEY_FILE", str(folder / "vault.key"))
    monkeypatch.setenv("ZHIHENG_ORIGIN", "test.example/ledger")
    monkeypatch.setenv("ZHIHENG_TOKEN", house.secret(house.auditor()))

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["zhiheng", *map(str, arguments)])
        captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = captured.readouterr()
        code = ended.value.code if isinstance(ended.value.code, int) else 0
        return code, said.out.decode(errors="replace"), said.err.decode()

    return run
