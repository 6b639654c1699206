"""The embedded PostgreSQL: the wheel's binaries under a life cycle of our own.

Three locks on files of the home decide everything, because the kernel frees them when a process
dies, however it dies: `postgres.start` is held while somebody starts or stops the server,
`postgres.users` is shared by all who use it (whoever leaves last stops it), and `postgres.running`
is inherited by every process of the server, so that it is free only when none of them is left.
Process numbers alone prove nothing: they are reused, and a zombie keeps its own.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from api.postgres_programs import (
    Account,
    ServerDidNotStart,
    account_for_root,
    let_through,
    open_programs,
    run,
)

__all__ = [
    "BI",
    "OWNER",
    "READER",
    "SERVICE",
    "SUPERUSER",
    "EmbeddedServer",
    "Logins",
    "ServerDidNotStart",
    "ServerIsInUse",
    "prepare",
]

SUPERUSER = "postgres"
OWNER, SERVICE, READER = "zhiheng_owner", "zhiheng_service", "zhiheng_reader"
BI = "zhiheng_bi"
"""Reads the published views and nothing else."""

_PORT = 5432
_SOCKET = f".s.PGSQL.{_PORT}"
# Linux takes 107 bytes for the path of a socket, macOS 103.
_SOCKET_PATH_BYTES = 103
_LOG_BYTES_KEPT = 10 * 1024 * 1024
_RECOVERY_SECONDS = 60
_LEFTOVER_SECONDS = 15
# Any fixed number does: everybody who prepares roles or databases must only use the same one.
_PREPARE_LOCK = 7_234_118_350_071_846_025

_OPTIONS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    # For incremental backups; and a receiver of WAL that never returns must not fill the disk.
    "summarize_wal": "on",
    "max_slot_wal_keep_size": "8GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "error",
    "log_line_prefix": "%m [%p] %u@%d ",
}


class ServerIsInUse(Exception):
    """Somebody uses the embedded server, or it still runs."""


class Logins(NamedTuple):
    """Connection URLs to one database: for migrations, the service, readers of the log."""

    owner: str
    service: str
    reader: str


class EmbeddedServer:
    """One PostgreSQL under one home, shared by the processes (service, command line) that use it.

    Not to be carried over a fork: the child would count as a user until it ends.
    """

    def __init__(self, home: Path, options: Mapping[str, str] | None = None) -> None:
        """`home` is `ZHIHENG_HOME`; the data lie in its folder `postgres`. Nothing is touched.

        `options` are server settings that override ours, such as an address to listen on.
        """
        self._options = {**_OPTIONS, **(options or {})}
        self.home = home.resolve()
        self.data = self.home / "postgres"
        self.log = self.home / "postgres.log"
        self._users: int | None = None
        self._socket: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Join the running server or start it; may be called again after the server has died.

        Raises `ServerDidNotStart`, then without having left anything running.
        """
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                if self._users is None:
                    self._users = self._open_lock("users")
                    fcntl.flock(self._users, fcntl.LOCK_SH)
                self._socket = self._bring_up()
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            raise ServerDidNotStart(f"The database under {self.home}: {error}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Leave the server; the last to leave stops it. Harmless when it was never joined."""
        if self._users is None:
            return
        users, self._users, self._socket = self._users, None, None
        try:
            with self._alone():
                if _taken(users) and self._postmaster() is not None:
                    self._shut_down()
        finally:
            os.close(users)

    @contextlib.contextmanager
    def at_rest(self) -> Iterator[None]:
        """Nobody uses the server, and whoever wants to waits. Raises ServerIsInUse."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone(), contextlib.ExitStack() as locks:
            for name in ("users", "running"):
                lock = self._open_lock(name)
                locks.callback(os.close, lock)
                if not _taken(lock):
                    raise ServerIsInUse(f"The database under {self.home} is in use.")
            yield

    def hand_over(self, folder: Path) -> None:
        """Give a folder of ours to the account that the server runs as."""
        if (account := self._account()) is None:
            return
        for each in (folder, *folder.rglob("*")):
            os.chown(each, account.pw_uid, account.pw_gid, follow_symlinks=False)

    def url(self, user: str, database: str) -> str:
        """Connection URL of `user` to `database` over the server's socket; needs `start` first."""
        if self._socket is None:
            raise ServerDidNotStart("The embedded database has not been started.")
        return _url(self._socket, user, database)

    def logins(self, database: str) -> Logins:
        """Connection URLs of owner, service and reader to `database`."""
        return Logins(*(self.url(role, database) for role in (OWNER, SERVICE, READER)))

    def pid(self) -> int | None:
        """Process number of the running server, None when there is none."""
        postmaster = self._postmaster()
        return None if postmaster is None else postmaster.pid

    def cautions(self) -> list[tuple[str, str]]:
        """What an operator ought to know about this kind of server, each as (zh, en)."""
        told = [
            (
                "内置数据库信任任何能打开其套接字的人：对运维人员的职责分离只在使用外部数据库时成立。",
                "The embedded database trusts whoever can open its socket: duties are separated "
                "from the operator's only with an external database.",
            )
        ]
        if os.geteuid() == 0:
            account = (self._account() or account_for_root()).pw_name
            told.append(
                (
                    f"以 root 运行：数据库改用系统用户 {account}，"
                    f"为此 {self.data} 的各级上级目录允许所有用户穿越。"
                    "请改用普通用户或外部数据库。",
                    f"Running as root: the database runs as system user {account}, and every user "
                    f"may therefore pass through the folders above {self.data}. "
                    "Use an ordinary user or an external database.",
                )
            )
        return told

    # -- bringing up and shutting down; all under the start lock ----------------------------------

    def _bring_up(self) -> Path:
        """The socket's folder of a server that answers."""
        if os.geteuid() == 0:
            open_programs()
            let_through(self.data)
        if not self.data.exists():
            self._initialise()
        deadline = time.monotonic() + _LEFTOVER_SECONDS
        while True:
            if socket := self._answering():
                return socket
            running = self._open_lock("running")
            try:
                if not self._leftovers_gone(running):
                    trouble = "Processes of an earlier database server do not end."
                else:
                    trouble = self._launch(running)
            finally:
                os.close(running)
            if trouble and time.monotonic() > deadline:
                raise ServerDidNotStart(trouble, self._last_lines())
            if trouble:
                time.sleep(0.1)

    def _leftovers_gone(self, running: int) -> bool:
        """End what a killed server left behind; true once nothing is left and the lock is ours.

        Its backends may be busy and not have noticed; their work is lost with it in any case.
        """
        free = _taken(running)
        if free and not self._lock_file():
            return True
        orphans = [each for each in psutil.process_iter() if self._belongs(each)]
        for orphan in orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                orphan.kill()
        return free and not orphans

    def _launch(self, running: int) -> str:
        """Start the server, which inherits the lock; answers with what is worth another try."""
        sockets = self._socket_folder()
        # The lock beside the socket names a process too, and is believed just as blindly.
        for stale in (self.data / "postmaster.pid", sockets / f"{_SOCKET}.lock", sockets / _SOCKET):
            stale.unlink(missing_ok=True)
        self._ready_log()
        written = self.log.stat().st_size
        options = " ".join(f"-c {shlex.quote(f'{k}={v}')}" for k, v in self._options.items())
        options += f" -k {shlex.quote(str(sockets))}"
        wait = ("-w", "-t", str(_RECOVERY_SECONDS))
        place = ("-D", str(self.data), "-l", str(self.log))
        code, said = self._run("pg_ctl", "start", *wait, *place, "-o", options, lock=running)
        if code == 0:
            return ""
        with self.log.open("rb") as log:
            log.seek(written)
            complaint = log.read().decode("utf-8", "replace")
        if "still in use" in complaint or "lock file" in complaint:
            return "Another database server holds the same data."
        raise ServerDidNotStart(f"The database did not start: {said}", self._last_lines())

    def _answering(self) -> Path | None:
        """The socket's folder of the running server, after its recovery; None if none runs."""
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while (postmaster := self._postmaster()) is not None:
            lines = self._lock_file()
            if len(lines) > 4 and _answers(Path(lines[4])):
                return Path(lines[4])
            if time.monotonic() > deadline:
                reason = f"The database server (process {postmaster.pid}) does not answer."
                raise ServerDidNotStart(reason, self._last_lines())
            time.sleep(0.1)
        return None

    def _shut_down(self) -> None:
        """Fast: sessions are cut, everything is written. Immediate only if that takes too long."""
        for mode in ("fast", "immediate"):
            wait = ("-w", "-t", str(_RECOVERY_SECONDS))
            code, _ = self._run("pg_ctl", "stop", "-D", str(self.data), "-m", mode, *wait)
            if code == 0:
                break
        if (sockets := self._socket_folder()) != self.data:
            with contextlib.suppress(OSError):
                sockets.rmdir()

    def _initialise(self) -> None:
        """Make the data folder beside its place and move it there whole: no half-made one stays."""
        new = self.home / "postgres.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if (account := self._account()) is not None:
            os.chown(new, account.pw_uid, account.pw_gid)
        trust = ("-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject")
        text = ("--encoding=UTF8", "--locale=C")
        code, said = self._run("initdb", "-D", str(new), *trust, *text)
        if code != 0:
            raise ServerDidNotStart(f"The database could not be created: {said}")
        new.rename(self.data)
        folder = os.open(self.home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    # -- what is there ----------------------------------------------------------------------------

    def _postmaster(self) -> psutil.Process | None:
        """The living server the data folder names; None for a stale, foreign or zombie number."""
        try:
            process = psutil.Process(int(self._lock_file()[0]))
            # A left-over backend works in this folder too, but gives itself a title.
            titled = process.cmdline()[0].startswith("postgres:")
        except (ValueError, IndexError, psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        return process if self._belongs(process) and not titled else None

    def _lock_file(self) -> list[str]:
        """Lines of the server's own lock file (number, data, start, port, socket folder, ...)."""
        try:
            return (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _belongs(self, process: psutil.Process) -> bool:
        """Whether it is a living PostgreSQL process that works in this data folder."""
        try:
            return (
                process.name() == "postgres"
                and process.status() != psutil.STATUS_ZOMBIE
                and Path(process.cwd()) == self.data
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def _last_lines(self, count: int = 12) -> str:
        try:
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-count:])
        except OSError:
            return ""

    def _socket_folder(self) -> Path:
        """The data folder, which only its account may enter; a private one if that is too long."""
        if len(os.fsencode(self.data / _SOCKET)) <= _SOCKET_PATH_BYTES:
            return self.data
        key = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()).resolve() / f"zhiheng-{os.geteuid()}-{key}"
        folder.mkdir(mode=0o700, exist_ok=True)
        account = self._account()
        if account is not None and folder.lstat().st_uid == 0:
            os.chown(folder, account.pw_uid, account.pw_gid)
        owner = os.geteuid() if account is None else account.pw_uid
        seen = folder.lstat()
        if seen.st_uid != owner or not stat.S_ISDIR(seen.st_mode) or seen.st_mode & 0o077:
            raise ServerDidNotStart(f"{folder} belongs to somebody else; remove it.")
        return folder

    # -- locks, log, running a program ------------------------------------------------------------

    def _open_lock(self, name: str) -> int:
        return os.open(self.home / f"postgres.{name}", os.O_RDONLY | os.O_CREAT, 0o600)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else starts or stops this server meanwhile."""
        lock = self._open_lock("start")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _ready_log(self) -> None:
        """A log the server's account may write, put aside once it has grown long."""
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES_KEPT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        if (account := self._account()) is not None:
            os.chown(self.log, account.pw_uid, account.pw_gid)

    def _account(self) -> Account | None:
        """Who PostgreSQL runs as when we are root, which it refuses to be; None if we are not."""
        if os.geteuid() != 0:
            return None
        if self.data.exists() and (owner := self.data.stat().st_uid) != 0:
            return pwd.getpwuid(owner)
        return account_for_root()

    def _run(self, program: str, *arguments: str, lock: int | None = None) -> tuple[int, str]:
        return run(program, *arguments, account=self._account(), lock=lock)


def prepare(server: EmbeddedServer, database: str) -> None:
    """Make the login roles and `database`, owned by the owner, where they are missing.

    May be called by several processes at once and any number of times.
    """
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_PREPARE_LOCK,))
        for role in (OWNER, SERVICE, READER, BI):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if there.fetchone() is None:
            made = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(made.format(sql.Identifier(database), sql.Identifier(OWNER)))


def _url(socket: Path, user: str, database: str) -> str:
    host = quote(str(socket), safe="")
    return (
        f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port={_PORT}"
    )


def _answers(socket: Path) -> bool:
    try:
        psycopg.connect(_url(socket, SUPERUSER, SUPERUSER), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _taken(lock: int) -> bool:
    """Whether nobody else holds the lock; then it is ours alone, else no longer ours at all."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
