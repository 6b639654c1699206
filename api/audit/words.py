"""The words of a report, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from api.audit.findings import Found, Said, Step

Pair = tuple[str, str]

STEPS: Final[Mapping[Step, Pair]] = {
    Step.FILES: ("文件与证明", "files and proofs"),
    Step.SIGNATURES: ("签名与联署", "signatures"),
    Step.LEAVES: ("散列树", "hash tree"),
    Step.ROWS: ("数据库各列", "database columns"),
    Step.ENTRIES: ("事实原文", "entries"),
    Step.CHAINS: ("主体链", "subject chains"),
    Step.HEADS: ("日终记录", "daily heads"),
    Step.INVARIANTS: ("各时点规则", "rules at every moment"),
    Step.READINGS: ("视图与指标", "views and figures"),
}

FOUND: Final[Mapping[Found, Pair]] = {
    Found.FILE_IS_FOREIGN: ("{path} 不属于审计包", "{path} does not belong into a bundle"),
    Found.FILE_IS_MISSING: ("缺少 {path}", "{path} is missing"),
    Found.EVIDENCE_DIFFERS: ("{path} 与其散列名不符", "{path} does not hash to its name"),
    Found.PROOF_DOES_NOT_HOLD: ("证明 {path} 不成立", "the proof {path} does not hold"),
    Found.PROOF_IS_OF_ANOTHER_LOG: (
        "{path} 是另一日志的证明",
        "{path} is a proof for another log",
    ),
    Found.MANIFEST_DIFFERS: (
        "MANIFEST.json 的 {what} 不符：所称 {told}，实为 {found}",
        "{what} in MANIFEST.json differs: {told} told, {found} found",
    ),
    Found.CHECKPOINT_IS_MALFORMED: (
        "检查点格式有误（{reason}）",
        "the checkpoint is malformed ({reason})",
    ),
    Found.CHECKPOINT_IS_NOT_SIGNED: (
        "检查点没有所给密钥（{name}）的签名",
        "the checkpoint is not signed by the key that was given ({name})",
    ),
    Found.CHECKPOINT_IS_OF_ANOTHER_LOG: (
        "检查点属于 {origin}，而非 {name}",
        "the checkpoint is of {origin}, not of {name}",
    ),
    Found.CHECKPOINT_IS_BEHIND: (
        "公布的检查点（{size} 条）与最后签署的（{signed} 条）不同",
        "the published checkpoint ({size} facts) is not the one signed last ({signed} facts)",
    ),
    Found.SIGNATURE_DOES_NOT_FIT: (
        "{name} 的签名与检查点不符",
        "the signature of {name} does not fit the checkpoint",
    ),
    Found.KEY_IS_NOT_ADOPTED: (
        "日志中启用的签名密钥不是所给的密钥",
        "the key that was given is not the one that the log adopted last",
    ),
    Found.COSIGNATURES_ARE_MISSING: (
        "联署不足：{have} 个，要求 {needed} 个；缺 {missing}",
        "{have} cosignatures, {needed} needed; missing: {missing}",
    ),
    Found.LOG_IS_CUT_SHORT: ("事实自此缺失或残缺", "facts are missing or damaged from here on"),
    Found.FACT_IS_MISSING: ("此位置没有事实", "there is no fact at this position"),
    Found.FACT_IS_ALTERED: (
        "事实与签署的散列不符：{type}，{subject}",
        "the fact is not the one that was sealed: {type}, {subject}",
    ),
    Found.TILE_IS_MISSING: ("缺少散列块 {path}", "the tile {path} is missing"),
    Found.TILE_IS_MALFORMED: ("散列块 {path} 残缺", "the tile {path} is cut short or damaged"),
    Found.TILE_IS_ALTERED: (
        "散列块 {path} 与事实不符（至位置 {last}）",
        "the tile {path} does not fit the facts (up to position {last})",
    ),
    Found.ROOT_DIFFERS: (
        "前 {size} 条事实的根与检查点不符",
        "the root over the first {size} facts is not the checkpoint's",
    ),
    Found.COLUMN_DIFFERS: (
        "列 {column} 与原文不符：列为 {told}，原文为 {found}",
        "column {column} differs from the entry: {told} in the column, {found} in the entry",
    ),
    Found.LEAF_DIFFERS: (
        "列 leaf 不是原文的散列",
        "column leaf is not the hash of the entry",
    ),
    Found.LINK_ROW_IS_MISSING: (
        "主体链表缺 {subject} 第 {sequence} 号",
        "ledger.subjects lacks no. {sequence} of {subject}",
    ),
    Found.LINK_ROW_IS_FOREIGN: (
        "主体链表多出 {subject} 第 {sequence} 号",
        "ledger.subjects holds no. {sequence} of {subject}, which no entry says",
    ),
    Found.COMMAND_ROW_IS_WRONG: (
        "命令键表的一行与事实不符（起始 {first}，共 {count} 条）",
        "a row of ledger.commands does not fit the facts (first {first}, {count} of them)",
    ),
    Found.ENTRY_IS_UNREADABLE: ("原文不是 JSON", "the entry is no JSON"),
    Found.ENTRY_IS_NOT_CANONICAL: ("原文不是规范 JSON", "the entry is not in canonical form"),
    Found.TYPE_IS_UNKNOWN: ("未知的事实类型 {type}", "facts of type {type} are not known"),
    Found.ENTRY_DOES_NOT_FIT: (
        "{type} 的字段 {field} 不合规定",
        "the field {field} of {type} does not fit",
    ),
    Found.TIME_RUNS_BACK: (
        "记录时间 {time} 早于前一事实",
        "it was recorded at {time}, before the fact before it",
    ),
    Found.SEQUENCE_JUMPS: (
        "{subject} 的序号为 {sequence}，应为 {expected}",
        "{subject} goes on with no. {sequence} instead of {expected}",
    ),
    Found.CHAIN_BREAKS: (
        "{subject} 第 {sequence} 号所指的前一事实不符",
        "no. {sequence} of {subject} names another fact before it",
    ),
    Found.VOID_CONTRADICTS: (
        "作废与位置 {voided} 的事实不符",
        "the void does not fit the fact at {voided}",
    ),
    Found.REPLACEMENT_CONTRADICTS: (
        "替代与位置 {replaces} 的事实不符",
        "the replacement does not fit the fact at {replaces}",
    ),
    Found.GROUND_IS_UNKNOWN: (
        "所依据的 {subject} 第 {sequence} 号不存在",
        "it rests on no. {sequence} of {subject}, which is not there",
    ),
    Found.HEADS_DIFFER: (
        "{of} {day} 的日终记录与事实不符",
        "the heads of {of} on {day} do not fit the facts",
    ),
    Found.RULE_IS_BROKEN: ("违反“{zh}”：{about}", "breaks the rule that {en}: {about}"),
    Found.ANSWER_DIFFERS: (
        "{name} 重新计算的结果与清单不同",
        "{name} comes out otherwise than the manifest says",
    ),
}

SAID: Final[Mapping[Said, Pair]] = {
    Said.NEEDS_WHOLE_LOG: (
        "{name}：需要全部日志，未作结论",
        "{name}: needs the whole log; nothing is claimed",
    ),
    Said.OTHER_VERSION: (
        "{name}：版本不同，未比较",
        "{name}: another version of it, not compared",
    ),
    Said.OTHER_CODE: (
        "{name}：与另一版本程序的结果不同，未作结论",
        "{name}: another program said otherwise; nothing is claimed",
    ),
    Said.NOT_IN_MANIFEST: ("{name}：清单中没有，未比较", "{name}: not in the manifest"),
    Said.ENTRIES_ARE_DAMAGED: (
        "部分原文不可读，未检查",
        "not looked at, since some entries cannot be read",
    ),
    Said.KEYS_ARE_NOT_PINNED: (
        "命令键表的 key、body_hash 两列不在日志中，无从检查",
        "the columns key and body_hash of ledger.commands stand nowhere in the log and cannot be "
        "checked",
    ),
    Said.CLOCK_IS_SIMULATED: (
        "日志使用模拟时钟：联署与时间戳为真实时间，不与记录时间比较",
        "the log's clock is simulated: cosignatures and timestamps carry real time and are not "
        "compared with recorded times",
    ),
    Said.KEY_IS_FROM_LOG: (
        "公钥取自日志本身；请用 --key 给出另行取得的公钥",
        "the key was taken from the log itself; give one that you got elsewhere by --key",
    ),
    Said.NOT_SEALED_YET: (
        "最后 {count} 条事实尚未签署，只按主体链检查",
        "the last {count} facts are not sealed yet: only their chains speak for them",
    ),
    Said.NO_HEADS_YET: (
        "以下机构没有日终记录，不能断言事实完整：{institutions}",
        "without daily heads nothing is claimed complete of: {institutions}",
    ),
}
