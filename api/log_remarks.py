"""What the doctor says of the log: whether it is sealed up to now, and who stands for that."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import psycopg

from api.attested import Attested
from api.home import Home
from api.sealed import WAITING, published, waiting
from api.sealing import read_state

SEALING_SLACK = timedelta(minutes=1)
STAMP_SLACK = timedelta(hours=25)
"""A log that stands still is stamped no more; longer than a day without a stamp is looked into."""

State = Literal["good", "caution", "finding"]


class Remark(NamedTuple):
    """One thing looked at: how it stands, in both languages."""

    state: State
    zh: str
    en: str


def sealed_remarks(home: Home) -> Iterator[Remark]:
    """Whether the log is sealed up to now, and if not, why."""
    state, found = read_state(home.settings), published(home.settings.log_folder)
    if state is not None and (words := state.told()) is not None:
        yield Remark(
            "finding", f"封存已停止：{words.zh}。{words.mend_zh}", f"{words.en}; {words.mend_en}"
        )
    elif found is None:
        yield Remark("caution", "日志尚未封存", "the log was never sealed")
    else:
        sealed = found.checkpoint.head.size
        with psycopg.connect(home.service_url, autocommit=True) as connection:
            row = connection.execute(WAITING, {"sealed": sealed}).fetchone()
        behind = waiting(sealed, row or (sealed, None, None), home.clock())
        late = behind.seconds > SEALING_SLACK.total_seconds()
        yield Remark(
            "caution" if late else "good",
            f"已封存 {sealed} 条，尚有 {behind.facts} 条未封存",
            f"{sealed} facts are sealed, {behind.facts} are not yet",
        )


def attested_remarks(home: Home, now: datetime) -> Iterator[Remark]:
    """Who stands for the newest checkpoint, and who was asked in vain."""
    state, settings = read_state(home.settings), home.settings
    found = state.attested if state is not None else Attested()
    if settings.witness_policy is None:
        yield Remark("caution", "未设见证策略", "no witness policy is set")
    elif found.needed is not None and found.have is not None:
        zh, en = "、".join(found.missing) or "无", ", ".join(found.missing) or "nobody"
        yield Remark(
            "good" if found.have >= found.needed else "caution",
            f"见证人联署 {found.have}/{found.needed}，尚缺：{zh}",
            f"{found.have} of {found.needed} cosignatures; missing: {en}",
        )
    if settings.tsa_url is not None:
        at = found.stamped_at
        late = at is None or now - at > STAMP_SLACK
        told = "—" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
        yield Remark("caution" if late else "good", f"最近时间戳 {told}", f"last time stamp {told}")
    for trouble in found.troubles:
        yield Remark("caution", trouble.told(zh=True), trouble.told(zh=False))
