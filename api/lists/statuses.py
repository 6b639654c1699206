"""The words by which lists tell the legal status of a patent, and the commands that record it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from api.imports.cells import half_width
from api.lists.results import Cell, CellRefused

End = Literal[
    "lapsed",
    "abandoned",
    "expired",
    "invalidated",
    "partly-invalidated",
    "withdrawn",
    "rejected",
]

END_COMMANDS: Final[Mapping[End, tuple[str, Mapping[str, Any]]]] = {
    "lapsed": ("patent.lapse", {"cause": "unpaid-annuity"}),
    "abandoned": ("patent.lapse", {"cause": "abandoned"}),
    "expired": ("patent.expire", {}),
    "invalidated": ("patent.invalidate", {"extent": "wholly"}),
    "partly-invalidated": ("patent.invalidate", {"extent": "partly"}),
    "withdrawn": ("patent.withdraw", {}),
    "rejected": ("patent.reject", {}),
}

_END_WORDS: Final[Mapping[End, str]] = {
    "lapsed": "未缴年费 未缴年费终止失效 未缴年费专利权终止 未缴年费终止 欠费终止 因费用终止 "
    "终止(未缴年费)",
    "abandoned": "放弃 主动放弃 放弃专利权 避重放弃 避免重复授权放弃 主动放弃专利权 视为放弃",
    "expired": "届满 期限届满 专利权有效期届满 有效期届满 期限届满终止 专利权届满",
    "invalidated": "无效 全部无效 宣告无效 专利权全部无效 专利权无效 宣告专利权全部无效",
    "partly-invalidated": "部分无效 专利权部分无效 宣告专利权部分无效",
    "withdrawn": "撤回 主动撤回 视为撤回 视撤 逾期视撤失效 视为撤回失效 申请撤回 主动撤回失效",
    "rejected": "驳回 驳回失效 申请驳回 驳回生效",
}
_GRANTED_WORDS: Final = (
    "授权 有效 有效专利 授权公告 专利权维持 专利权有效 维持 已授权 有权 权利维持 恢复 权利恢复"
)
_PENDING_WORDS: Final = (
    "公开 公布 已公开 受理 审中 在审 审查中 实审 实质审查 进入实审 进入审查 等待实审提案 "
    "等待实审请求 实质审查的生效 一通出案待答复 待答复 一通回案实审 申请中 "
    "待审 未确认 等待颁证公告 等年登印费"
)
_CAUSELESS: Final = frozenset({"失效", "终止", "权利终止", "专利权终止", "无权"})
_SPLIT = re.compile(r"[|;、,/\s]+")
_ENDS: Final = {word: end for end, words in _END_WORDS.items() for word in words.split()}
_GRANTED: Final = frozenset(_GRANTED_WORDS.split())
_PENDING: Final = frozenset(_PENDING_WORDS.split())


class Status(NamedTuple):
    """What a status cell says: whether the right was granted, and its end, if it tells of one."""

    granted: bool
    end: End | None


def read_status(cell: Cell) -> Status | None:
    """The status a cell tells, None if it is empty; events such as 许可 beside it are passed over.

    Refuses a word nobody knows, an end without its cause, and two different ends.
    """
    if not cell.text:
        return None
    found = _status(cell.text)
    if isinstance(found, str):
        raise CellRefused(found, cell)
    return found


@lru_cache(maxsize=1_024)
def _status(text: str) -> Status | str:
    words = [word for word in _SPLIT.split(half_width(text)) if word]
    whole = "".join(words)
    known = [whole] if whole in _ENDS or whole in _GRANTED else words
    ends = {_ENDS[word] for word in known if word in _ENDS}
    if len(ends) > 1:
        return "statuses_contradict"
    if ends:
        return Status(False, ends.pop())
    if any(word in _CAUSELESS for word in known):
        return "status_has_no_cause"
    if any(word in _GRANTED for word in known):
        return Status(True, None)
    return Status(False, None) if any(word in _PENDING for word in known) else "status_is_not_known"
