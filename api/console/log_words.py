"""Words of the page about the sealed log: zh, en."""

LOG_WORDS: dict[str, tuple[str, str]] = {
    "title": ("日志封存", "The sealed log"),
    "about": (
        "每条事实写入后很快进入一棵只增不减的散列树，树根由签名的检查点固定。"
        "任何人都可以下载检查点和散列瓦片，自行核对没有事实被改动、删除或调换。",
        "Soon after it is written every fact enters a hash tree that only grows, and a signed "
        "checkpoint pins its root. Anybody can fetch checkpoint and tiles and see for themselves "
        "that nothing was altered, dropped or reordered.",
    ),
    "origin": ("日志名称", "Origin"),
    "size": ("已封存的事实", "Facts sealed"),
    "root": ("树根（SHA-256）", "Root (SHA-256)"),
    "when": ("末条封存事实的记录时间", "Last sealed fact recorded"),
    "waiting": ("尚未封存", "Not sealed yet"),
    "behind": ("{facts} 条，最早的已等待 {seconds} 秒", "{facts}, the oldest for {seconds} s"),
    "none_waiting": ("无", "none"),
    "vkey": ("签名公钥", "Verifier key"),
    "witnesses": ("见证人", "Witnesses"),
    "no_policy": (
        "未设见证策略：没有外部见证人联署，运营方的说法无人旁证。",
        "No witness policy is set: nobody outside cosigns, so the operator's word stands alone.",
    ),
    "met": ("见证策略已满足", "The witness policy is met"),
    "not_met": ("见证策略未满足", "The witness policy is not met"),
    "cosigned": ("已联署：{names}", "cosigned by {names}"),
    "missing": ("尚缺：{names}", "missing: {names}"),
    "stamp": ("时间戳（RFC 3161）", "Time stamp (RFC 3161)"),
    "stamp_off": ("未设时间戳机构", "no authority is set"),
    "stamp_none": ("尚未取得", "none yet"),
    "suite": ("国密第二套件（SM2、SM3）", "Second suite (SM2, SM3)"),
    "suite_on": (
        "在检查点旁另存 SM3 树根与 SM2 签名；不声称任何认证",
        "an SM3 root signed with SM2 stands beside each checkpoint; no certification is claimed",
    ),
    "suite_off": ("未启用", "not in use"),
    "counted": ("有效联署 {have}，策略要求 {needed}", "{have} count, the policy asks for {needed}"),
    "verify": ("离线核对", "Checking it without us"),
    "verify_text": (
        "向运营方索取审计包，带到不联网的电脑上运行下列命令；公钥应从别处取得，不要只信本页。",
        "Ask for a bundle, carry it to a computer without network and run this; take the key from "
        "elsewhere than this page alone.",
    ),
    "verify_command": ("zhiheng audit 审计包 --key {vkey}", "zhiheng audit BUNDLE --key {vkey}"),
    "fetch": ("可下载", "To fetch"),
    "not_yet": ("尚未签署任何检查点。", "No checkpoint was signed yet."),
}
"""Every word on the page by its name in the template."""
