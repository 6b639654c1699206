"""Words for what keeps the log from being sealed, and for refusals around keys and proofs."""

from ledger.refusals import Refused
from ledger.sealing_stops import Stop
from ledger.texts.text import Text

TEXTS: dict[Refused, Text] = {
    Refused.KEY_HAS_ANOTHER_NAME: Text(
        "签名公钥的名称不是本日志的名称{origin}",
        "the key is not named as this log, {origin}",
        "以日志的名称重新生成密钥",
        "make the key under the log's own name",
    ),
    Refused.FACT_IS_NOT_SEALED_YET: Text(
        "第{position}条事实尚未封存，检查点只到前{sealed}条",
        "the fact at {position} is not sealed yet, the checkpoint covers the first {sealed}",
        "稍后再取；若一直如此，请管理员查看封存状态",
        "ask again in a moment; if this lasts, have the administrator look at the sealing",
    ),
}

STOPS: dict[Stop, Text] = {
    Stop.NO_KEY_IS_ADOPTED: Text(
        "日志尚未启用签名密钥",
        "the log has adopted no signing key",
        "请管理员运行 zhiheng seal --new-key",
        "have an administrator run zhiheng seal --new-key",
    ),
    Stop.KEY_IS_MISSING: Text(
        "签名密钥文件{file}不存在或已损坏",
        "the signing key file {file} is missing or damaged",
        "取回密钥文件的副本；确已丢失的，须启用新的日志名称",
        "bring back a copy of it; where it is lost for good the log needs a new origin",
    ),
    Stop.KEY_DOES_NOT_MATCH: Text(
        "密钥{file}不是日志所启用的密钥，或最后签名的检查点不出自它",
        "the key {file} is not the one the log adopted, or did not sign the last checkpoint",
        "核对密钥文件与日志名称；更换密钥请用 zhiheng seal --rotate",
        "check key file and origin; to change keys use zhiheng seal --rotate",
    ),
    Stop.LAST_SIGNED_IS_MISSING: Text(
        "日志已启用密钥，而最后签名的检查点文件{file}不见了",
        "the log has a key, and the file of its last signed checkpoint, {file}, is gone",
        "从本机取回该文件；不知道签到哪里就不能再签",
        "bring it back from this host; without it nobody knows what was signed",
    ),
    Stop.LAST_SIGNED_IS_DAMAGED: Text(
        "最后签名的检查点文件{file}已损坏",
        "the file of the last signed checkpoint, {file}, is damaged",
        "从本机取回该文件",
        "bring a copy of it back",
    ),
    Stop.ANOTHER_HOST_SIGNS: Text(
        "签名权属于主机{host}，本机是{here}",
        "the host {host} signs this log, and this is {here}",
        "停掉那台主机后，在本机运行 zhiheng seal --take-over",
        "once that host is stopped for good run zhiheng seal --take-over here",
    ),
    Stop.ANOTHER_PROCESS_SEALS: Text(
        "另一个进程正在封存这份日志",
        "another process seals this log already",
        "无需处理；要换一个进程，请先停止正在封存的那个",
        "nothing to do; to have another process seal it, stop the one that does",
    ),
    Stop.LOG_IS_SHORTER_THAN_SIGNED: Text(
        "数据库只有{size}条事实，而已签名的检查点有{signed}条",
        "the database holds {size} facts, and {signed} are signed",
        "数据库可能来自旧备份；请先运行 zhiheng restore 补齐事实",
        "it may come from an older backup; bring the facts back with zhiheng restore first",
    ),
    Stop.HISTORY_WAS_CHANGED: Text(
        "自第{position}条事实起，数据库与已签名的历史不符",
        "from the fact at {position} on the database is not what was signed",
        "停止写入并查明原因；已签名的内容在日志瓦片中",
        "stop writing and find out why; the tiles hold what was signed",
    ),
    Stop.LEAF_IS_NOT_THE_ENTRYS: Text(
        "第{position}条事实的散列与其内容不符",
        "the stored hash of the fact at {position} is not that of its content",
        "停止写入并查明该行为何被改动",
        "stop writing and find out why that row was changed",
    ),
}
