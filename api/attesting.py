"""What others say of a checkpoint once it is published: witnesses, an authority for time, SM2.

Each follows the newest checkpoint in a thread of its own, so none of them delays sealing or
another; checkpoints that came while it was busy are passed over.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

from api.clock import real_clock
from api.cosigning import Cosigner, read_policy
from api.settings import Settings, WrongSetting
from api.timestamping import Stamper
from ledger.checkpoints import parse_checkpoint
from ledger.notes import Note
from ledger.sm_suite import SmKeyIsMalformed, SmSigner, SmSuite, SuiteIsMissing, sm_origin
from ledger.tiles import TileFolder, put
from ledger.witness_policy import Standing

WITNESSED = "checkpoint.witnessed"
"""In the log's folder: the newest checkpoint that met the policy, with its cosignatures."""

AGAIN_AFTER_SECONDS = 30.0
"""When a checkpoint is taken up again that not everybody spoke for, unless a newer one comes."""

_FAREWELL_SECONDS = 6.0
_log = logging.getLogger("zhiheng.attesting")


class Follower:
    """Does one thing with the newest checkpoint, again and again, until it is closed."""

    def __init__(
        self, name: str, do: Callable[[Note], bool], again_after: float = AGAIN_AFTER_SECONDS
    ) -> None:
        """`do` answers whether it is done; if not, the same checkpoint is taken up again later."""
        self.fault: str | None = None
        self.name, self._do, self._again_after = name, do, again_after
        self._newest: Note | None = None
        self._changed = threading.Condition()
        self._closing = False
        # A daemon: whatever it writes is whole or not there, so it need not be waited for.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(_FAREWELL_SECONDS)

    def offer(self, note: Note) -> None:
        """Take up this checkpoint as soon as the one under way is done with."""
        with self._changed:
            self._newest = note
            self._changed.notify()

    def _run(self) -> None:
        note = self._next(None)
        while note is not None:
            note = self._next(None if self._is_done(note) else note)

    def _is_done(self, note: Note) -> bool:
        try:
            is_done = self._do(note)
        except Exception as error:
            if self.fault is None:
                _log.warning("%s failed", self.name, exc_info=error)
            self.fault = f"{type(error).__name__}: {error}"
            return False
        self.fault = None
        return is_done

    def _next(self, undone: Note | None) -> Note | None:
        """The newest checkpoint, after a while the undone one; None when all is over."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._newest is not None or self._closing,
                None if undone is None else self._again_after,
            )
            note, self._newest = self._newest or undone, None
            return None if self._closing else note


@dataclass(slots=True)
class Attesting:
    """What was set up to speak for checkpoints, and how the newest stands; any thread may read."""

    cosigner: Cosigner | None = None
    stamper: Stamper | None = None
    suite: SmSuite | None = None
    standing: Standing | None = None
    followers: tuple[Follower, ...] = ()

    def offer(self, note: Note) -> None:
        """Have a checkpoint spoken for that was just published; returns at once."""
        for follower in self.followers:
            follower.offer(note)


@contextmanager
def attesting(
    settings: Settings,
    origin: str,
    publish: Callable[[Note], None],
    clock: Callable[[], datetime] = real_clock,
) -> Iterator[Attesting]:
    """Everything the settings name, at work until the context ends, for the log of an origin.

    `publish` gets a checkpoint with the cosignatures that came, in a thread of this module's; it
    is to replace the published one where that is the same checkpoint still. `clock` gives real
    time also for a log whose own clock is simulated. Raises WrongSetting.
    """
    folder, made = settings.log_folder, Attesting()
    with ExitStack() as stack:
        followers = []
        if settings.witness_policy is not None:
            cosigner = made.cosigner = Cosigner(read_policy(settings.witness_policy), clock)
            cosign = partial(_cosign, made, cosigner, folder, publish)
            followers.append(Follower("cosigning", cosign))
        if settings.tsa_url is not None:
            made.stamper = Stamper(settings.tsa_url, folder, clock)
            followers.append(Follower("stamping", partial(_stamp, made.stamper)))
        if settings.sm_key_file is not None:
            made.suite = _suite(origin, settings.sm_key_file, folder)
            tiles = TileFolder(folder)
            followers.append(Follower("second suite", partial(_follow, made.suite, tiles)))
        made.followers = tuple(stack.enter_context(each) for each in followers)
        yield made


def _cosign(
    made: Attesting,
    cosigner: Cosigner,
    folder: Path,
    publish: Callable[[Note], None],
    note: Note,
) -> bool:
    size = parse_checkpoint(note.text).head.size
    # A folder of tiles of its own: the sealer's keeps what it has read in no order for threads.
    standing = cosigner.cosign(note, size, partial(TileFolder(folder).node, size))
    if standing.is_met:
        put(folder / WITNESSED, bytes(standing.note))
    if standing.cosigned:
        publish(standing.note)
    made.standing = standing
    return not standing.missing


def _stamp(stamper: Stamper, note: Note) -> bool:
    size = parse_checkpoint(note.text).head.size
    return stamper.stamp(bytes(note), size) or stamper.has(size)


def _follow(suite: SmSuite, tiles: TileFolder, note: Note) -> bool:
    suite.follow(parse_checkpoint(note.text).head.size, tiles.entries)
    return True


def _suite(origin: str, file: Path, folder: Path) -> SmSuite:
    name = "ZHIHENG_SM_KEY_FILE"
    try:
        signer = SmSigner(sm_origin(origin), file.read_bytes())
    except OSError as error:
        raise WrongSetting(
            name, f"无法读取 {file}：{error.strerror}", f"cannot read {file}: {error.strerror}"
        ) from error
    except SuiteIsMissing as error:
        raise WrongSetting(
            name,
            "未安装国密组件，请执行 pip install 'zhiheng[gm]'",
            "the extra for SM2 is not installed: pip install 'zhiheng[gm]'",
        ) from error
    except SmKeyIsMalformed as error:
        raise WrongSetting(
            name,
            f"{file} 应为不设口令的 SM2 私钥（PEM），可用 openssl genpkey -algorithm SM2 生成",
            f"{file} must hold an SM2 private key as PEM without a password; "
            "openssl genpkey -algorithm SM2 makes one",
        ) from error
    return SmSuite(folder, signer)
