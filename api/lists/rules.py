"""The closed vocabulary of what can be wrong with a cell of a list, in Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType

CELL_RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cell_is_empty": (
            "没有填写。请补上后重新导入。",
            "nothing is written here; fill it in and import again",
        ),
        "cell_is_merged": (
            "合并单元格跨了多行，无法判断“{value}”属于哪一行。请取消合并，逐行填写。",
            "a merged cell spans several rows, so it cannot be told which of them '{value}' is "
            "for; unmerge it and fill in each row",
        ),
        "number_in_scientific_form": (
            "“{value}”是科学计数法，号码已丢失。请把该列设为文本后重新导出。",
            "'{value}' is in scientific form and has lost digits; export again with text cells",
        ),
        "number_is_no_application_number": (
            "“{value}”不是申请号的写法。请写成 202210000001.0 或 ZL202210000001.0。",
            "'{value}' is not an application number; write 202210000001.0 or ZL202210000001.0",
        ),
        "number_is_a_publication_number": (
            "“{value}”是公开（公告）号，不是申请号。请填写申请号。",
            "'{value}' is a publication number; give the application number here",
        ),
        "check_digit_is_wrong": (
            "“{value}”的校验位不对，按规则应为 {expected}。请核对每一位数字。",
            "the check digit of '{value}' is wrong, {expected} would fit; compare every digit",
        ),
        "publication_number_is_malformed": (
            "“{value}”不是公开（公告）号的写法。请写成 CN114000001A 或 CN114000001B。",
            "'{value}' is not a publication number; write CN114000001A or CN114000001B",
        ),
        "number_is_there_twice": (
            "“{value}”在本表第 {first} 行已经出现。请删去重复的一行。",
            "'{value}' stands in row {first} already; remove one of the two rows",
        ),
        "date_malformed": (
            "“{value}”不是可识别的日期。请写成 2022-06-30 或 20220630。",
            "'{value}' is not a date; write it as 2022-06-30 or 20220630",
        ),
        "date_lies_ahead": (
            "日期“{value}”晚于今天。请核对年份。",
            "the date '{value}' lies ahead of today; check the year",
        ),
        "date_precedes_filing": (
            "日期“{value}”早于申请日 {filed}。请核对两个日期。",
            "the date '{value}' precedes the filing on {filed}; check both dates",
        ),
        "end_precedes_start": (
            "“{value}”早于开始日期。请核对两个日期。",
            "'{value}' precedes the start; check both dates",
        ),
        "status_is_not_known": (
            "“{value}”不是可识别的法律状态。请写成 授权、公开、未缴年费、届满、无效、"
            "撤回、驳回 或 放弃。",
            "'{value}' is not a known legal status; write 授权 (granted), 公开 (published), "
            "未缴年费 (annuity unpaid), 届满 (expired), 无效, 撤回, 驳回 or 放弃",
        ),
        "status_has_no_cause": (
            "“{value}”没有写明原因。请写成 未缴年费、届满、放弃、无效、撤回 或 驳回。",
            "'{value}' names no cause; write 未缴年费, 届满, 放弃, 无效, 撤回 or 驳回",
        ),
        "status_needs_a_date": (
            "状态“{value}”缺少日期。请增加“{wanted}”一列并填写日期。",
            "the status '{value}' has no date; add the column {wanted} and fill it in",
        ),
        "statuses_contradict": (
            "“{value}”中的状态互相矛盾。请只保留现在的状态。",
            "the statuses in '{value}' contradict each other; keep the present one only",
        ),
        "institution_is_no_owner": (
            "权利人“{value}”中没有本机构。请核对名单，或把本机构的全称写入该列。",
            "this institution is not among the owners '{value}'; check the list, or write its "
            "full name here",
        ),
        "text_is_too_long": (
            "文字超过 2000 字。请缩短后重新导入。",
            "the text has more than 2,000 characters; shorten it and import again",
        ),
        "kind_is_not_known": (
            "“{value}”不是可识别的合同类型。请写成 独占许可、排他许可、普通许可、转让、"
            "开发、咨询 或 服务。",
            "'{value}' is not a known kind of contract; write 独占许可, 排他许可, 普通许可, 转让, "
            "开发, 咨询 or 服务",
        ),
        "exclusivity_is_missing": (
            "“{value}”没有写明许可方式。请写成 独占许可、排他许可 或 普通许可。",
            "'{value}' does not say how exclusive the license is; write 独占许可, "
            "排他许可 or 普通许可",
        ),
        "amount_malformed": (
            "“{value}”不是金额。请写成 1234.56 或 12.5万元。",
            "'{value}' is not an amount; write it as 1234.56 or 12.5万元",
        ),
        "amount_finer_than_fen": (
            "“{value}”的小数过多，不足 0.01 元。请按合同填写，以元计最多两位小数。",
            "'{value}' is finer than 0.01 yuan; give the amount in yuan with two decimals",
        ),
        "amount_is_negative": (
            "“{value}”为负数。合同金额不能为负。",
            "'{value}' is negative; a contract's amount is not",
        ),
        "code_is_wrong": (
            "“{value}”不是正确的统一社会信用代码。请核对每一位。",
            "'{value}' is not a sound unified social credit code; compare every character",
        ),
        "counterparty_is_not_registered": (
            "“{value}”尚未登记为交易对方。请先登记该企业，或增加“统一社会信用代码”一列。",
            "'{value}' is not registered as a counterparty; register it first, or add the column "
            "统一社会信用代码",
        ),
        "counterparty_is_ambiguous": (
            "有多个交易对方名为“{value}”。请增加“统一社会信用代码”一列。",
            "several counterparties are called '{value}'; add the column 统一社会信用代码",
        ),
        "patent_is_not_known": (
            "专利“{value}”不在本机构的账本中。请先导入专利名单。",
            "patent '{value}' is not in this institution's ledger; import the patent list first",
        ),
        "instalment_is_not_read": (
            "“{value}”不能准确读成一期付款。请写成“2022-03-01 600.00”，各期用分号隔开；"
            "特殊约定请留空并在登记后另行补录。",
            "'{value}' cannot be read exactly as one instalment; write '2022-03-01 600.00', with "
            "semicolons between; leave special terms empty and record them afterwards",
        ),
        "instalment_has_no_date": (
            "“{value}”没有应付日期。请写明日期，如“2022-09-01 70%”。",
            "'{value}' names no due date; write it with one, such as '2022-09-01 70%'",
        ),
        "instalments_do_not_sum": (
            "各期合计 {sum}，与合同金额 {amount} 不符。请核对。",
            "the instalments make {sum}, the contract's amount is {amount}; check both",
        ),
        "royalty_is_not_read": (
            "“{value}”含有提成约定，需要约定基数与比例。请在许可合同页面逐份登记。",
            "'{value}' speaks of royalties, whose base and rate a cell cannot hold; record this "
            "license by itself",
        ),
        "contract_is_not_known": (
            "账本中没有编号为“{value}”的合同。请先登记合同，或核对编号。",
            "no contract with the number '{value}' is in the ledger; record it first, or check it",
        ),
        "contract_is_ambiguous": (
            "有多份合同编号为“{value}”。请逐份登记。",
            "several contracts have the number '{value}'; record this one by itself",
        ),
        "category_is_not_known": (
            "“{value}”不是技术合同的类别。请写成 技术开发、技术转让、技术许可、"
            "技术咨询 或 技术服务。",
            "'{value}' is no category of technology contracts; write 技术开发, 技术转让, 技术许可, "
            "技术咨询 or 技术服务",
        ),
        "part_exceeds_total": (
            "技术交易额“{value}”大于合同成交总额。请核对。",
            "the technical amount '{value}' exceeds the contract's total; check both",
        ),
    }
)
