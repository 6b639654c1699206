"""The words of the pages, Chinese and English, side by side."""

_WORDS: dict[str, tuple[str, str]] = {
    "name": ("知衡", "zhiheng"),
    "tagline": ("知识产权账本", "ledger of intellectual property"),
    "skip": ("跳到正文", "Skip to content"),
    "home": ("首页", "First page"),
    "desk": ("到款台", "Receipts desk"),
    "lists": ("导入名单", "Import lists"),
    "docs": ("接口说明", "Interface"),
    "sign_out": ("退出登录", "Sign out"),
    "switch": ("English", "中文"),
    "switch_label": ("Switch to English", "切换为中文"),
    "welcome": ("您可以查阅的内容", "What you may read"),
    "welcome_text": (
        "每张表都由日志中的事实即时算出；可以指定业务时点和认知时点，得到当时的样子。",
        "Every table is computed from the facts of the log; choose a date and what was known to "
        "see it as it stood then.",
    ),
    "nothing_to_read": (
        "您的角色目前没有可查阅的报表。如有疑问，请联系系统管理员。",
        "Your roles open no table at present. If that seems wrong, ask the administrator.",
    ),
    "log_holds": ("日志现有 {size} 条事实", "The log holds {size} facts"),
    "last_recorded": ("最近一条记录于 {time}", "the last one recorded at {time}"),
    "today": ("今天是 {day}", "today is {day}"),
    "simulated": (
        "演示账本：模拟时钟，虚构与公开资料混合，不是真实账目。",
        "Demonstration ledger: simulated clock, partly made-up data, no real books.",
    ),
    "sign_in_title": ("登录", "Sign in"),
    "sign_in_ask": (
        "点击下面的按钮即可登录。链接只能使用一次。",
        "Press the button to sign in. The link works once.",
    ),
    "sign_in_button": ("登录知衡", "Sign in to zhiheng"),
    "sign_in_needed": ("请用登录链接进入", "Please come in by a sign-in link"),
    "sign_in_needed_text": (
        "知衡没有密码。请向本单位的系统管理员索取一次性登录链接，在浏览器中打开。"
        "演示环境启动时会在终端打印几条链接。",
        "zhiheng has no passwords. Ask your administrator for a one-time sign-in link and open it "
        "in this browser. The demonstration prints some links in its terminal when it starts.",
    ),
    "as_of": ("业务时点", "As of"),
    "known_at": ("认知时点", "Known at"),
    "known_at_hint": (
        "条数、日期或时间；留空为最新",
        "a number of facts, a date or a time; empty for the newest",
    ),
    "institution": ("机构", "Institution"),
    "show": ("查看", "Show"),
    "moment": (
        "业务时点 {day} · 认知时点 前 {size} 条事实（日志共 {head} 条）",
        "As of {day} · known at the first {size} facts (the log holds {head})",
    ),
    "rows": ("{count} 行", "{count} rows"),
    "rows_cut": (
        "页面只显示前 {shown} 行；全部 {count} 行请下载。",
        "The page shows the first {shown} of {count} rows; download the file for all.",
    ),
    "download": ("下载", "Download"),
    "filter": ("在表内查找", "Find in this table"),
    "empty": (
        "此时点没有任何一行。可以换一个日期，或清空筛选条件。",
        "There is no row at this moment. Try another date, or clear the filters.",
    ),
    "no_match": ("没有符合的行", "No row matches"),
    "history_of": ("{subject} 的经过", "History of {subject}"),
    "facts_here": ("本页 {count} 条", "{count} of them here"),
    "when": ("记录时间", "Recorded"),
    "effective": ("业务日期", "Business date"),
    "what": ("事实", "Fact"),
    "who": ("操作者", "Who"),
    "behalf": ("代 {actor}", "on behalf of {actor}"),
    "why": ("理由", "Why"),
    "evidence": ("依据", "Evidence"),
    "details": ("内容", "Content"),
    "position": ("位置", "Position"),
    "voided_by": ("已被第 {position} 条作废", "voided by fact {position}"),
    "replaces": ("更正第 {position} 条", "replaces fact {position}"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "desk_text": (
        "银行已入账、尚未认领的款项。认领之后才成为事实。",
        "Money the bank has booked that nobody claimed yet. A line becomes a fact when claimed.",
    ),
    "desk_empty": ("没有待认领的款项。", "No line waits to be claimed."),
    "value_date": ("起息日", "Value date"),
    "booking_date": ("记账日", "Booking date"),
    "amount_yuan": ("金额（元）", "Amount (yuan)"),
    "payer": ("付款人", "Payer"),
    "remittance": ("附言", "Remittance"),
    "line": ("行", "Line"),
    "verdict": ("结果", "Outcome"),
    "note": ("说明", "Note"),
    "accepted": ("可接收", "accepted"),
    "duplicate": ("已有", "known already"),
    "rejected": ("不能接收", "rejected"),
    "upload": ("导入银行对账单", "Import a bank statement"),
    "upload_text": (
        "选择网银导出的 CSV 或 XLSX 文件。先预览，不写入任何内容。",
        "Choose a CSV or XLSX export of your bank. It is previewed first; nothing is written.",
    ),
    "file": ("对账单文件", "Statement file"),
    "preview": ("预览", "Preview"),
    "preview_title": ("预览：{file}", "Preview: {file}"),
    "preview_counts": (
        "可接收 {accepted} 行，已有 {duplicates} 行，不能接收 {rejected} 行；"
        "收入 {credit} 元，支出 {debit} 元。",
        "{accepted} lines accepted, {duplicates} known already, {rejected} rejected; "
        "{credit} yuan in, {debit} yuan out.",
    ),
    "choose_again": (
        "浏览器不会保留所选文件，请再次选择同一文件以确认导入。",
        "Browsers do not keep the file; choose the same one again to confirm.",
    ),
    "accept": ("确认导入", "Import"),
    "accept_good": (
        "只接收合格的行（被拒行数会记入日志）",
        "take the good lines only (the number of rejected ones goes on record)",
    ),
    "other_file": (
        "选择的文件与预览的不同，没有写入。请重新预览。",
        "This is not the file that was previewed; nothing was written. Preview it again.",
    ),
    "imported": (
        "已导入 {accepted} 行（另有 {duplicates} 行早已导入）。",
        "{accepted} lines were imported ({duplicates} were known already).",
    ),
    "lists_text": (
        "专利名单、合同台账、技术合同认定登记表、到款清单：CSV、XLS 或 XLSX。"
        "先预览，不写入任何内容；同一份名单可以重复导入，不会产生第二件专利。",
        "Patent lists, contract registers, registrations of technology contracts and arrivals as "
        "CSV, XLS or XLSX. A list is previewed first; sent twice, it makes no second patent.",
    ),
    "list_file": ("名单文件", "List file"),
    "list_kind": ("名单种类", "Kind of list"),
    "by_titles": ("按列标题识别", "by its column titles"),
    "list_account": ("到款账户（仅到款清单）", "Account (arrivals only)"),
    "list_map": ("各列的含义", "What the columns mean"),
    "list_map_text": (
        "请指明下列列标题各是什么，并再次选择同一文件。导入后会记住这些对应。",
        "Say what each of these columns is, and choose the same file again. What you say is kept "
        "once the list is taken in.",
    ),
    "list_columns": ("识别出的列", "Columns found"),
    "list_ignored": ("另有 {count} 列未读取。", "{count} more columns are not read."),
    "list_doubles": (
        "可能重复的行（{rows}）中仍要接收的行号，用逗号隔开",
        "Rows to take among the possible duplicates ({rows}), with commas between",
    ),
    "list_accept_good": ("只接收合格的行", "take the good rows only"),
    "list_key": ("编号", "Number"),
    "list_cut": (
        "页面只显示 {count} 行中需要注意的前 {shown} 行。",
        "The page shows the first {shown} of {count} rows, those that need somebody first.",
    ),
    "list_import": ("导入：{file}", "Import: {file}"),
    "list_under_way": ("正在导入：第 {done} 行，共 {total} 行", "Under way: row {done} of {total}"),
    "list_done": ("导入完成，写入 {facts} 条事实。", "Done: {facts} facts were written."),
    "list_failed": (
        "导入中断。已写入的事实不受影响，请再次导入同一文件，会从中断处继续。",
        "The import broke off. What was written stays; import the same file again to go on.",
    ),
    "suggested": ("可能的付款方", "Likely payer"),
    "receipt_id": ("到款编号", "Receipt id"),
    "all": ("全部", "all"),
    "next_page": ("下一页", "Next page"),
    "problem_mend": ("怎么办", "What to do"),
    "problem_code": ("代码", "Code"),
    "back": ("返回首页", "Back to the first page"),
    "commands": ("命令", "Commands"),
    "docs_text": (
        "机器可读的说明见 /openapi.json（OpenAPI 3.1）。",
        "The machine-readable description is /openapi.json (OpenAPI 3.1).",
    ),
    "fields": ("字段", "Fields"),
    "roles": ("可执行的角色", "Roles"),
    "footer": (
        "事实只增不改；本页由事实即时算出。",
        "Facts are only ever added; this page is computed from them.",
    ),
}

WORDS: dict[str, dict[str, str]] = {
    "zh": {key: pair[0] for key, pair in _WORDS.items()},
    "en": {key: pair[1] for key, pair in _WORDS.items()},
}
"""Language to key to text."""
