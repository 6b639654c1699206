"""What people read when a bank file or a list cannot be taken in."""

from ledger.refusals import Refused
from ledger.texts.text import Text

TEXTS: dict[Refused, Text] = {
    Refused.STATEMENT_FILE_IS_UNREADABLE: Text(
        "对账单文件无法读取：{zh}",
        "the statement file cannot be read: {en}",
        "请按提示重新导出后再上传。",
        "Export the file again as described and upload it once more.",
    ),
    Refused.STATEMENT_HAS_REJECTED_LINES: Text(
        "文件中有 {rejected} 行不能接收，因此一行也没有写入。",
        "{rejected} lines of the file cannot be taken, so nothing was written",
        "请按每行的说明修正后重新导入；或选择只接收合格的行（被拒行数会记入日志）。",
        "Mend each line as it says and import again, or accept the good lines only: "
        "the number of rejected ones then goes on record.",
    ),
    Refused.STATEMENT_ACCOUNT_MUST_BE_NAMED: Text(
        "文件中没有本方账号，无法判断属于哪个账户。",
        "the file does not say which account it belongs to",
        "请指定账户，或导出带本方账号的文件。",
        "Name the account, or export the file with its account number.",
    ),
    Refused.STATEMENT_ACCOUNT_IS_NOT_REGISTERED: Text(
        "文件的本方账号（尾号 {tail}）没有登记为本机构的账户。",
        "the file's own account number (ending in {tail}) is not registered for this institution",
        "请先登记该账户，再导入。",
        "Register the account first, then import.",
    ),
    Refused.STATEMENT_BELONGS_TO_ANOTHER_ACCOUNT: Text(
        "文件的本方账号（尾号 {tail}）不是所选账户 {account} 的账号。",
        "the file's own account number (ending in {tail}) is not that of {account}",
        "请选择正确的账户，或换成该账户的文件。",
        "Choose the account the file belongs to, or another file.",
    ),
    Refused.STATEMENT_FITS_SEVERAL_ACCOUNTS: Text(
        "文件的本方账号与多个账户相符：{accounts}。",
        "the file's own account number fits several accounts: {accounts}",
        "请指定账户。",
        "Name the account.",
    ),
    Refused.STATEMENT_IS_IN_ANOTHER_CURRENCY: Text(
        "文件中的币种 {currencies} 不是账户的币种 {account_currency}。",
        "the file holds {currencies}, the account {account_currency}",
        "请按币种分别导出并选择对应的账户。",
        "Export each currency apart and choose the account of that currency.",
    ),
    Refused.COMMAND_HAS_ITS_OWN_DOOR: Text(
        "命令 {command} 不能这样提交。",
        "{command} cannot be given this way",
        "请改用：{instead}。",
        "Use {instead}.",
    ),
    Refused.LIST_FILE_IS_UNREADABLE: Text(
        "名单文件无法读取：{zh}",
        "the list cannot be read: {en}",
        "请按提示另存为 CSV 或 XLSX 后再上传。",
        "Save the file as CSV or XLSX as described and upload it once more.",
    ),
    Refused.LIST_IS_NOT_RECOGNISED: Text(
        "列标题不属于任何一种已知的名单：{titles}。",
        "the column titles belong to no known kind of list: {titles}",
        "请说明是哪一种名单（{kinds}），并指明各列的含义。",
        "Say which kind of list it is ({kinds}) and what its columns mean.",
    ),
    Refused.LIST_COLUMNS_ARE_MISSING: Text(
        "名单缺少必需的列：{wanted}。现有的列标题：{titles}。",
        "the list lacks needed columns: {missing}; its titles are: {titles}",
        "请指明哪一列是什么，或补上缺少的列。",
        "Say which column is what, or add what is missing.",
    ),
    Refused.LIST_HAS_REJECTED_ROWS: Text(
        "名单中有 {rejected} 行不能接收，因此一行也没有写入。",
        "{rejected} rows of the list cannot be taken, so nothing was written",
        "请按每个单元格的说明修正后重新导入；或选择只接收合格的行。",
        "Mend each cell as it says and import again, or accept the good rows only.",
    ),
    Refused.IMPORT_IS_UNDER_WAY: Text(
        "您的上一次导入仍在进行。",
        "your last import is still under way",
        "请等它完成后再导入下一份。",
        "Wait until it is done before you import the next list.",
    ),
    Refused.PREVIEWED_FILE_IS_KEPT_NO_LONGER: Text(
        "预览过的文件只保留 {minutes} 分钟，现已不在。没有写入任何内容。",
        "a previewed file is kept for {minutes} minutes, and this one is gone; nothing was written",
        "请重新选择文件并预览。",
        "Choose the file again and preview it.",
    ),
    Refused.CURSOR_IS_MALFORMED: Text(
        "分页标记 {after} 无效。",
        "'{after}' is not a cursor",
        "请使用上一页给出的续页标记，或从头开始。",
        "Use the 'next' of the page before, or start again.",
    ),
}
