"""The closed vocabulary of refusals of the statement reader, each in Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType

LINE_RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "date_missing": (
            "缺少日期。请补上记账日期，或删除非交易行后重试。",
            "the date is missing; fill in the booking date, or remove the line if it is no entry",
        ),
        "date_malformed": (
            "“{value}”不是可识别的日期。请写成 2022-06-30 或 20220630。",
            "'{value}' is not a date; write it as 2022-06-30 or 20220630",
        ),
        "time_malformed": (
            "“{value}”不是可识别的时间。请写成 10:15:00 或留空。",
            "'{value}' is not a time; write it as 10:15:00 or leave it empty",
        ),
        "amount_missing": (
            "没有金额。请填写收入或支出金额。",
            "there is no amount; fill in the amount received or paid",
        ),
        "amount_malformed": (
            "“{value}”不是金额。请写成 1234.56 或 1,234.56。",
            "'{value}' is not an amount; write it as 1234.56 or 1,234.56",
        ),
        "amount_is_zero": (
            "金额为零，没有资金变动。请删除该行或填写正确金额。",
            "the amount is zero, so no money moved; remove the line or correct the amount",
        ),
        "amount_finer_than_fen": (
            "“{value}”的小数超过两位。请按银行回单填写，以元计最多两位小数。",
            "'{value}' has more than two decimals; give the amount in yuan with two",
        ),
        "amount_too_large": (
            "“{value}”超出可记录的范围。请核对是否把账号填入了金额列。",
            "'{value}' is beyond what can be kept; check whether an account number slipped in here",
        ),
        "amount_in_scientific_form": (
            "“{value}”是科学计数法，数字已丢失。请把该列设为文本后重新导出。",
            "'{value}' is in scientific form and has lost digits; export again with text cells",
        ),
        "both_debit_and_credit": (
            "收入和支出两列都有金额（{value}）。每行只能填一列。",
            "both the money-in and the money-out column are filled ({value}); a line has only one",
        ),
        "amounts_disagree": (
            "发生额与收支两列的金额不一致（{value}）。请核对原始流水。",
            "the amount and the money-in or money-out column differ ({value}); check the original",
        ),
        "direction_missing": (
            "没有借贷标志，无法判断收支。请填写“借”或“贷”。",
            "the debit/credit mark is missing, so the direction is not known; write 借 or 贷",
        ),
        "direction_not_known": (
            "“{value}”不是借贷标志。请填写“借”（支出）或“贷”（收入）。",
            "'{value}' is no debit/credit mark; write 借 (money out) or 贷 (money in)",
        ),
        "sign_contradicts_direction": (
            "金额正负号与借贷标志矛盾（{value}）。请核对原始流水。",
            "the sign contradicts the debit/credit mark ({value}); check the original",
        ),
        "currency_not_known": (
            "“{value}”不是可识别的币种。请写成 CNY、人民币等。",
            "'{value}' is not a known currency; write it as CNY, USD and so on",
        ),
        "account_in_scientific_form": (
            "“{value}”是科学计数法，账号数字已丢失。请把账号列设为文本后重新导出。",
            "'{value}' is an account number in scientific form and has lost digits; "
            "export again with account numbers as text",
        ),
        "balance_malformed": (
            "“{value}”不是余额。请写成 1234.56，或留空。",
            "'{value}' is not a balance; write it as 1234.56 or leave it empty",
        ),
        "balance_does_not_follow": (
            "余额“{value}”与上一笔余额加本笔金额不符，而文件中其余各行都相符。"
            "请核对是否漏行或改动，重新导出。",
            "balance '{value}' is not the previous balance plus this amount, while all other lines "
            "follow; a line may be missing or altered, so export the file again",
        ),
        "more_cells_than_columns": (
            "单元格多于列标题（“{value}”）。多半是金额中的逗号没有加引号，请重新导出。",
            "there are more cells than columns ('{value}'); most likely a comma in an amount is "
            "not quoted, so export the file again",
        ),
    }
)

FILE_RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "file_is_empty": (
            "文件“{filename}”是空的。请重新导出。",
            "file '{filename}' is empty; export it again",
        ),
        "file_too_large": (
            "文件有 {size_bytes} 字节，超过上限 {limit_bytes} 字节。请按较短的日期区间分开导出。",
            "the file has {size_bytes} bytes, above the limit of {limit_bytes}; "
            "export shorter periods",
        ),
        "format_not_known": (
            "“{filename}”看起来是{found}，不是可读取的对账单。请导出 CSV 或 XLSX。",
            "'{filename}' looks like {found}, not a statement that can be read; export CSV or XLSX",
        ),
        "binary_content": (
            "第 {byte} 字节处有二进制内容，不是文本文件。请从网银重新导出 CSV 或 XLSX。",
            "binary content at byte {byte}: this is no text file; export CSV or XLSX again",
        ),
        "encoding_broken": (
            "按 {encoding} 解读时，第 {byte} 字节处出错。请以 GB18030 或 UTF-8 重新保存。",
            "reading as {encoding} fails at byte {byte}; save the file again as GB18030 or UTF-8",
        ),
        "csv_malformed": (
            "第 {line} 行附近的分隔或引号有误（{reason}）。请重新导出。",
            "delimiters or quotes are broken near line {line} ({reason}); export the file again",
        ),
        "header_not_found": (
            "前 {rows} 行没有找到列标题。需要日期列（{dates}）和金额列（{amounts}）。",
            "no column titles in the first {rows} rows; a date column ({dates}) and an amount "
            "column ({amounts}) are needed",
        ),
        "header_maps_twice": (
            "列标题“{first}”和“{second}”都表示 {field}，无法取舍。请删去其中一列。",
            "column titles '{first}' and '{second}' both mean {field}; remove one of the columns",
        ),
        "no_lines": (
            "找到了列标题，但没有交易行。请核对导出的日期区间。",
            "column titles were found but no entries; check the period of the export",
        ),
        "several_sheets": (
            "工作簿中有多张对账单（{sheets}）。请每个文件只保留一张。",
            "the workbook holds several statements ({sheets}); keep one sheet per file",
        ),
        "several_accounts": (
            "文件中有多个本方账号（{accounts}）。请逐个账号导出。",
            "the file holds several own accounts ({accounts}); export one account at a time",
        ),
        "encrypted_file": (
            "文件“{filename}”有密码保护。请取消密码后另存。",
            "file '{filename}' is protected by a password; save it without one",
        ),
        "workbook_broken": (
            "工作簿无法打开（{reason}）。请从网银重新导出。",
            "the workbook cannot be opened ({reason}); export it again",
        ),
        "workbook_too_large": (
            "工作簿展开后过大（{extent}）。请删除多余的空行空列或分开导出。",
            "the workbook is too large once unpacked ({extent}); remove empty rows and columns "
            "or export shorter periods",
        ),
        "reading_needs_memory": (
            "打开该文件所需内存超过上限（{megabytes} MB）。多半有很远的单元格、"
            "整列合并或大量空行空列。"
            "请把数据复制到新工作表另存，或按较短的期间分开导出。",
            "opening the file needs more memory than allowed ({megabytes} MB), most likely for a "
            "cell far away, merged columns or many empty rows; copy the data into a new sheet, or "
            "export shorter periods",
        ),
        "reading_needs_time": (
            "读取该文件超过时限（计算 {seconds} 秒）。请按较短的期间分开导出，或另存为 CSV。",
            "reading the file takes longer than allowed ({seconds} seconds of computing); export "
            "shorter periods, or save it as CSV",
        ),
        "reading_yields_too_much": (
            "文件内容超过可读取的数量（{rows} 行）。请按较短的期间分开导出。",
            "the file holds more than can be taken at once ({rows} rows); export shorter periods",
        ),
        "reader_died": (
            "文件结构异常，无法读取。请用表格软件打开后另存为 XLSX 或 CSV，再试一次。",
            "the file is built in a way that cannot be read; open it in a spreadsheet program, "
            "save it as XLSX or CSV, and try again",
        ),
    }
)
