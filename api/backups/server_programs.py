"""PostgreSQL's own programs for backups: those on the path, or those of the embedded server."""

import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from api.backups.trouble import BackupTrouble, Trouble
from api.postgres_programs import ServerDidNotStart, programs

_PROGRESS = re.compile(r"(\d+)/(\d+) kB")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_WORDS_KEPT = 6

Tell = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


class Login(NamedTuple):
    """How to reach a server: a connection string without its secret, and the secret."""

    conninfo: str
    secrets: Mapping[str, str]

    @classmethod
    def of_url(cls, url: str) -> "Login":
        """The parts of a connection URL; other users of the machine can read arguments."""
        parts = conninfo_to_dict(url)
        password = parts.pop("password", None)
        words = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parts.items())
        secrets = {} if password is None else {"PGPASSWORD": str(password)}
        return cls(f"postgresql://?{words}", secrets)


def program_for(name: str, major: int) -> Path:
    """A program of PostgreSQL `major` or later. Raises BackupTrouble(PROGRAM_IS_MISSING)."""
    on_path = shutil.which(name)
    candidates = [] if on_path is None else [Path(on_path)]
    with suppress(ServerDidNotStart):
        candidates.append(programs() / name)
    found = {major_of(each): each for each in reversed(candidates) if each.exists()}
    fitting = [version for version in found if version >= major]
    if not fitting:
        raise BackupTrouble(Trouble.PROGRAM_IS_MISSING, program=name, version=major)
    # The server's own version where there is one: newer programs cannot read its WAL.
    return found[min(fitting)]


def major_of(program: Path) -> int:
    """The major version a program says it has; 0 for one that says none."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = _VERSION.search(said.stdout)
    return int(found[1]) if found else 0


def command_of(
    program: Path, arguments: tuple[str, ...], login: Login | None
) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment for running a program, the login's secret in the latter."""
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    where = [] if login is None else ["--no-password", "--dbname", login.conninfo]
    secrets = {} if login is None else login.secrets
    return [str(program), *where, *arguments], {**surroundings, **secrets, "LC_ALL": "C"}


def run_program(program: Path, *arguments: str, login: Login | None = None, tell: Tell) -> None:
    """Run a program to its end. Raises BackupTrouble(PROGRAM_FAILED) with its last words."""
    command, surroundings = command_of(program, arguments, login)
    words: deque[str] = deque(maxlen=_WORDS_KEPT)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=surroundings,
    ) as running:
        try:
            for line in running.stdout or ():
                if found := _PROGRESS.search(line):
                    tell(int(found[1]), int(found[2]))
                else:
                    words.append(line.strip())
        except BaseException:
            running.terminate()
            raise
    if running.returncode != 0:
        said = "\n".join(words)
        raise BackupTrouble(Trouble.PROGRAM_FAILED, program=program.name, said=said)
