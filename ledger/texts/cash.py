"""Words for refusals around accounts, bank files and receipts."""

from ledger.refusals import Refused
from ledger.texts.text import BreachText, Text

_BANK_LINES: dict[Refused, Text] = {
    Refused.STATEMENT_HAS_NO_NEW_LINES: Text(
        "文件中没有可入库的新流水（重复{duplicates}行，拒绝{rejected}行）",
        "the file has no new line to take in ({duplicates} known already, {rejected} rejected)",
        "重复的流水无须处理；被拒绝的行请按提示改正后重新导入",
        "known lines need nothing more; correct the rejected ones and import the file again",
    ),
    Refused.STATEMENT_WAS_COMPARED_WITH_OLDER_LINES: Text(
        "比对之后该账户又导入了其他文件（现有{imports}份，比对时{imports_seen}份）",
        "another file came in for the account since the comparison"
        " ({imports} files now, {imports_seen} then)",
        "重新比对重复流水后再导入",
        "compare the lines again and import then",
    ),
    Refused.RECEIPT_IS_CLAIMED_ALREADY: Text(
        "这笔到款已被认领",
        "this bank line is claimed already",
        "在已认领到款中查看{receipt}",
        "look at {receipt} among the claimed receipts",
    ),
    Refused.LINE_IS_A_REVERSAL: Text(
        "这一行是银行的冲正，不能认领为到款",
        "this line is a reversal by the bank and cannot be claimed as money",
        "对被冲正的那笔到款登记冲正",
        "record the reversal on the receipt that the bank undid",
    ),
    Refused.LINE_IS_NOT_A_CREDIT: Text(
        "这一行不是收入，不能认领为到款",
        "this line is not money in and cannot be claimed",
        "退还付款人的款项请在原到款上登记退款",
        "if money went back to a payer, record a refund on the receipt it came from",
    ),
}

_RECEIPTS: dict[Refused, Text] = {
    Refused.PAYER_IS_CONFIRMED_ALREADY: Text(
        "这笔到款已经归属{counterparty}，无须再次确认",
        "this receipt already counts as money of {counterparty}",
        "可直接核销",
        "it can be allocated as it is",
    ),
    Refused.PAYER_NEEDS_CONFIRMATION: Text(
        "付款人不是合同对方{counterparty}，尚未经他人确认",
        "the payer is not {counterparty}, the contract's other side, and nobody confirmed it",
        "请财务审批人员核实代付关系后确认付款人",
        "have a finance approver check for whom it was paid and confirm the payer",
    ),
    Refused.RECEIPT_IS_OVERALLOCATED: Text(
        "到款{receipt}更正后，核销金额超出{over_fen} 元",
        "since its correction the receipt {receipt} is allocated {over_fen} yuan too much",
        "先撤回超出部分的核销",
        "take the surplus allocation back first",
    ),
    Refused.RECEIPT_IS_REVERSED: Text(
        "到款{receipt}已被银行冲正",
        "the bank undid the receipt {receipt}",
        "款项重新到账后，认领新的流水；冲正登记有误的，先作废该冲正",
        "when the money comes again, claim the new line; a wrong reversal is voided first",
    ),
    Refused.RECEIPT_IS_IN_ANOTHER_CURRENCY: Text(
        "到款币种为{currency}，只有人民币到款可以核销",
        "the receipt is in {currency}, and only CNY can be allocated",
        "认领并核销结汇后的人民币到款",
        "claim and allocate the CNY line that the conversion brought",
    ),
    Refused.MORE_THAN_IS_THERE: Text(
        "金额{amount_fen} 元超过可用的{there_fen} 元",
        "{amount_fen} yuan are asked for, {there_fen} yuan are there",
        "减少金额，或先撤销其他核销",
        "lower the amount, or take another allocation back first",
    ),
    Refused.INSTALMENT_IS_UNKNOWN: Text(
        "合同{contract}没有第{instalment}期应收款",
        "the contract {contract} has no instalment {instalment}",
        "核对期次，或先追加应收款",
        "check the number, or schedule the instalment first",
    ),
    Refused.INSTALMENT_WOULD_BE_OVERPAID: Text(
        "合同{contract}第{instalment}期尚欠{open_fen} 元，少于{amount_fen} 元",
        "instalment {instalment} of {contract} lacks {open_fen} yuan, less than {amount_fen} yuan",
        "多付部分留作未核销，或不指明期次核销",
        "leave the rest unallocated, or allocate it without an instalment",
    ),
    Refused.PURPOSE_IS_NOT_THE_INSTALMENTS: Text(
        "款项性质{purpose}与第{instalment}期的{instalment_purpose}不一致",
        "the purpose {purpose} is not that of instalment {instalment}, {instalment_purpose}",
        "按合同约定的性质核销；合同有误的，先更正合同",
        "allocate for the purpose the contract names; if the contract is wrong, correct it first",
    ),
    Refused.ALLOCATION_IS_UNKNOWN: Text(
        "到款{receipt}没有第{number}笔核销",
        "the receipt {receipt} has no allocation {number}",
        "在到款明细中核对核销序号",
        "look the number up among the receipt's allocations",
    ),
    Refused.ALLOCATION_IS_IN_A_CLAIM: Text(
        "第{number}笔核销已列入奖励申报{claim}",
        "allocation {number} is counted in the reward claim {claim}",
        "先由主管局退回该申报；已核定的，登记退款或冲正，由主管局追回",
        "have the bureau return the claim first; after an award, record the refund or reversal,"
        " and the bureau claws back",
    ),
}

TEXTS: dict[Refused, Text] = _BANK_LINES | _RECEIPTS

BREACHES: dict[str, BreachText] = {}
"""Money that moved is refused where it cannot be, and breaks no rule where it did."""
