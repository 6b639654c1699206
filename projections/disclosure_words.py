"""What people call the codes of disclosures and of what is decided on results."""

from typing import Final

from projections.fact_titles import Title

DISCLOSURE_STAGES: Final = {
    "submitted": Title("已提交", "submitted"),
    "accepted": Title("受理", "accepted"),
    "rejected": Title("不予受理", "rejected"),
    "withdrawn": Title("撤回", "withdrawn"),
}
RESULT_KINDS: Final = {
    "know-how": Title("技术秘密", "know-how"),
    "software": Title("软件", "software"),
    "other": Title("其他", "other"),
}
FILING_DECISIONS: Final = {
    "file": Title("申请专利", "file"),
    "know-how": Title("作为技术秘密", "keep as know-how"),
    "publish": Title("公开发表", "publish"),
    "give-up": Title("放弃", "give up"),
}
FUNDING: Final = {
    "fiscal": Title("财政资金", "fiscal"),
    "enterprise": Title("企业委托", "enterprise"),
    "own": Title("自筹", "own"),
}
OWNERS: Final = {
    "institution": Title("本单位", "institution"),
    "contributors": Title("完成人", "contributors"),
    "shared": Title("单位与完成人共有", "shared"),
    "third-party": Title("第三方", "third party"),
}
RIGHTS: Final = {
    "ownership": Title("所有权", "ownership"),
    "long-term-use": Title("长期使用权", "long-term use"),
}
VERDICTS: Final = {
    "file": Title("建议申请", "file"),
    "improve": Title("完善后再申请", "improve first"),
    "keep-secret": Title("建议保密", "keep secret"),
    "do-not-file": Title("不建议申请", "do not file"),
}
