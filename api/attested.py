"""What others said of the newest checkpoint, as the sealing process tells the service in a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from api.attesting import Attesting
from ledger.texts.text import Text

_FOLLOWERS: Final = {
    "cosigning": ("见证人联署", "cosigning"),
    "stamping": ("时间戳", "time stamps"),
    "second suite": ("国密第二套件", "the second suite"),
}


class Trouble(BaseModel):
    """Why somebody's word is missing and how to mend it; `about` and `about_en` say whose."""

    model_config = ConfigDict(frozen=True)
    about: str
    about_en: str
    zh: str
    en: str

    def told(self, *, zh: bool) -> str:
        """The trouble as one sentence."""
        return f"{self.about}：{self.zh}" if zh else f"{self.about_en}: {self.en}"


class Attested(BaseModel):
    """Cosignatures the policy counts and asks for, who is missing, the last time stamp, troubles.

    `have` and `needed` are None where no policy is set or nobody was asked yet.
    """

    model_config = ConfigDict(frozen=True)
    have: int | None = None
    needed: int | None = None
    missing: tuple[str, ...] = ()
    stamps: bool = False
    stamped_at: datetime | None = None
    second_suite: bool = False
    troubles: tuple[Trouble, ...] = ()


def attested(made: Attesting) -> Attested:
    """How it stands at this moment."""
    standing, stamper = made.standing, made.stamper
    return Attested(
        have=standing.have if standing else None,
        needed=standing.needed if standing else None,
        missing=standing.missing if standing else (),
        stamps=stamper is not None,
        stamped_at=stamper.stamped_at if stamper else None,
        second_suite=made.suite is not None,
        troubles=tuple(_troubles(made)),
    )


def _troubles(made: Attesting) -> Iterator[Trouble]:
    for name, report in made.cosigner.reports.items() if made.cosigner else ():
        if (words := report.told()) is not None:
            yield _trouble(f"见证人 {name}", f"witness {name}", words)
    if made.stamper is not None and (failure := made.stamper.failure) is not None:
        yield _trouble(*_FOLLOWERS["stamping"], failure.told())
    for follower in made.followers:
        if (fault := follower.fault) is not None:
            zh, en = _FOLLOWERS[follower.name]
            yield Trouble(about=zh, about_en=en, zh=f"程序出错（{fault}）", en=f"failed ({fault})")


def _trouble(zh: str, en: str, words: Text) -> Trouble:
    return Trouble(
        about=zh,
        about_en=en,
        zh=f"{words.zh}。{words.mend_zh}。",
        en=f"{words.en}; {words.mend_en}",
    )
