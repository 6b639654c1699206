"""Words of the pages of audit work: zh, en."""

from api.language import Language

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("审计工作台", "Audit desk"),
    "recorded": ("已记入日志第 {position} 条。", "Recorded at position {position}."),
    "back": ("返回审计工作台", "Back to the audit desk"),
    # desk
    "findings": ("未关闭的审计发现", "Open findings"),
    "no_findings": ("没有未关闭的审计发现。", "No finding is open."),
    "all_findings": ("全部审计发现（含已关闭）", "All findings, closed ones too"),
    "overdue": ("有 {count} 项超过整改期限。", "{count} are past the day they were due."),
    "raise": ("提出审计发现", "Raise a finding"),
    "first_look": ("先看这些", "Look here first"),
    "first_look_text": (
        "这些情形本身不是违规，但值得先问原因；数字是您可查阅范围内的行数。",
        "None of these is a fault by itself; each deserves a question. Numbers count the rows that "
        "you may read.",
    ),
    "samples": ("已抽取的样本", "Samples drawn"),
    "no_samples": ("还没有抽取样本。", "No sample was drawn yet."),
    "all_rows": ("全部", "all of them"),
    "comparisons": ("清单比对", "Comparisons with lists"),
    "no_comparisons": ("还没有登记清单比对。", "No comparison is on record yet."),
    "papers": ("底稿与取证单", "Papers for signature"),
    "no_papers": ("还没有编制底稿。", "No paper was made yet."),
    "periods": ("结账与反结账", "Periods closed and reopened"),
    "no_periods": ("还没有结账。", "No period was closed yet."),
    "evidence": ("证据", "Evidence"),
    "no_evidence": ("还没有证据入库。", "No document is in the evidence store yet."),
    "verify": ("不靠本系统核对", "Checking without us"),
    "verify_text": (
        "取一份审计包，带到不联网的电脑上重算全部散列和数字；公钥请从运营方以外的途径取得。",
        "Take a bundle to a computer without network and compute every hash and figure anew; get "
        "the key from somebody else than the operator.",
    ),
    # drawing
    "draw": ("抽取样本", "Draw a sample"),
    "draw_text": (
        "样本由种子和总体的散列决定：同样的参数，任何人重抽都得到同样的各项。",
        "Seed and digest of the population decide the sample: with the same parameters anybody "
        "draws the same items.",
    ),
    "view": ("总体（视图）", "Population (a view)"),
    "method": ("抽样方法", "Method"),
    "everywhere": ("全部机构", "every institution"),
    "next": ("下一步", "Next"),
    "random": (
        "从 N 行中取 n 行，任何 n 行的组合被抽中的机会相同。",
        "n of N rows; every set of n rows is as likely as any other.",
    ),
    "systematic": (
        "间隔 N÷n 等距取 n 行，起点随机；每行被抽中的概率为 n÷N。",
        "n rows at the even distance N÷n from a random start; each row is hit with probability "
        "n÷N.",
    ),
    "stratified": (
        "按所选列的值分层：每层至少一行，其余名额按各层行数分配，层内随机。",
        "Strata by the values of a column: at least one row of each, the other places by the "
        "strata's size, chance within.",
    ),
    "top": (
        "金额绝对值最大的若干行全部入样，其余各行中再随机抽取，合计为样本量。",
        "The largest rows by amount are all in the sample; the places left go to the rest by "
        "chance.",
    ),
    "monetary-unit": (
        "间隔 =（可容忍错报 − 预计错报 × 扩张系数）÷ 可靠系数；达到间隔的行必选，较小的行按"
        "“金额 ÷ 间隔”的概率抽中。",
        "Interval = (tolerable − expected × expansion factor) ÷ reliability factor; rows of at "
        "least the interval are certain, smaller ones are hit with probability amount ÷ interval.",
    ),
    "size": ("样本量（项，最多 300）", "Items in the sample (300 at most)"),
    "top_size": ("其中最大的必选项数", "Of these the largest, certain"),
    "amount": ("账面金额所在列", "Column of book values"),
    "strata": ("分层所依据的列", "Column of the strata"),
    "confidence": ("置信度（%）", "Confidence (%)"),
    "tolerable_fen": ("可容忍错报（元）", "Tolerable misstatement (yuan)"),
    "expected_fen": ("预计错报（元）", "Expected misstatement (yuan)"),
    "seed": ("随机种子（任意文字，抽取前定下）", "Seed (any text, settled beforehand)"),
    "as_of": ("业务时点（留空为最新）", "As of (empty for the newest)"),
    "known_at": ("认知时点（留空为最新）", "Known at (empty for the newest)"),
    "narrow": ("只从符合下列条件的行中抽取（选填）", "Only from rows like these (optional)"),
    # a sample
    "sample": ("样本", "Sample"),
    "population": ("总体", "Population"),
    "rows": ("{count} 行", "{count} rows"),
    "digest": ("总体散列（SHA-256）", "Digest of the population (SHA-256)"),
    "moment": ("时点", "Moment"),
    "at": ("业务时点 {day}，前 {size} 条事实", "as of {day}, the first {size} facts"),
    "interval": ("抽样间隔（元）", "Interval (yuan)"),
    "seed_word": ("种子", "Seed"),
    "layers": ("各层", "Layers"),
    "layer": ("层", "Layer"),
    "layer_rows": ("行数", "Rows"),
    "layer_amount": ("金额（元）", "Amount (yuan)"),
    "layer_drawn": ("抽取", "Drawn"),
    "items": ("样本明细", "Items"),
    "no_items": ("此样本没有任何一项。", "The sample holds no item."),
    "again": ("重新抽取并比对", "Draw again and compare"),
    "same": (
        "重抽一致：{rows} 行，{items} 项，逐项相同。",
        "Drawn again with the same outcome: {rows} rows, {items} items.",
    ),
    "other": ("重抽不一致：{parts}。", "Drawn again, these came out otherwise: {parts}."),
    "projection": ("误差推断", "Projected errors"),
    "projection_text": (
        "下载样本明细，在“审定金额”栏填入审定数（与账面一致的也要填），再上传这份文件。",
        "Download the items, fill in the audited value of every one (also where the book is "
        "right), and upload the file.",
    ),
    "estimator": ("推断方法", "Estimator"),
    "misstated": ("样本中的错报（元）", "Misstated in the sample (yuan)"),
    "projected": ("推断错报（元）", "Projected misstatement (yuan)"),
    "upper": ("错报上限（元）", "Upper limit (yuan)"),
    "tolerable": ("可容忍错报（元）", "Tolerable misstatement (yuan)"),
    "exceeds": ("超过可容忍错报。", "This is above what is tolerable."),
    "within": ("未超过可容忍错报。", "This is within what is tolerable."),
    "file": ("文件（CSV 或 XLSX）", "File (CSV or XLSX)"),
    "project": ("推断误差", "Project the errors"),
    "raise_from": ("据此样本提出审计发现", "Raise a finding from this sample"),
    # a finding
    "severity": ("严重程度", "Severity"),
    "stage": ("阶段", "Stage"),
    "due": ("整改期限", "Due"),
    "days_left": ("还剩 {count} 天", "{count} days left"),
    "days_late": ("已逾期 {count} 天", "{count} days overdue"),
    "against": ("被审计单位", "Institution"),
    "about": ("涉及对象", "About"),
    "course": ("经过", "Its course"),
    "what_next": ("下一步", "What comes next"),
    "nothing_next": (
        "此刻没有需要您办理的手续。",
        "There is nothing for you to do about it at the moment.",
    ),
    "history": ("查看完整记录", "See the whole history"),
    "make_paper": ("编制{paper}（DOCX）", "Make a paper: {paper} (DOCX)"),
    "paper_text": (
        "文件写入证据库并记入日志；同一时点再次编制，内容逐字节相同。",
        "The file is kept as evidence and put on record; made again at the same moment it has the "
        "same bytes.",
    ),
    "papers_head": ("签字文书", "Papers for signature"),
    # completeness
    "compare": ("清单与账本比对", "Compare a list with the ledger"),
    "compare_text": (
        "上传专利局备案、转让登记清单或交易所成交清单，逐行看账本是否都有、账本有的清单是否缺。",
        "Upload recordals or assignments of the patent office, or trades of an exchange, and see "
        "line by line what either side lacks.",
    ),
    "kind": ("清单种类", "Kind of list"),
    "first": ("清单覆盖的首日", "First day it covers"),
    "last": ("清单覆盖的末日", "Last day it covers"),
    "span_text": (
        "不填则取清单中最早和最晚的日期；填全了才能看出清单缺了哪些。",
        "Without them the list's own first and last dates count; what the list lacks shows only "
        "for the days it covers.",
    ),
    "compare_button": ("比对", "Compare"),
    "compared": ("比对结果：{file}", "Outcome: {file}"),
    "covers": ("覆盖 {first} 至 {last}", "from {first} to {last}"),
    "unread": ("无法读取的单元格", "Cells that could not be read"),
    "no_lines": ("清单与账本在此期间都没有记录。", "Neither side has anything for these days."),
    "keep_result": ("下载或登记结果", "Download or record the outcome"),
    "accept_good": ("接受有无法读取的行", "although lines could not be read"),
    "record": ("登记结果", "Record the outcome"),
    "compared_recorded": (
        "比对结果已记入日志第 {position} 条。",
        "The outcome is on record at position {position}.",
    ),
    # evidence
    "keep": ("证据入库", "Keep a document"),
    "keep_document_text": (
        "文件按内容的散列保存，记入日志后不可替换；本单位可查阅者都能下载。",
        "A document is kept under the hash of its bytes and cannot be replaced once on record; "
        "whoever may read the institution may download it.",
    ),
    "document": ("文件", "Document"),
    "document_title": ("标题（不填则为文件名）", "Title (else the file's name)"),
    "about_hint": ("涉及对象（如 finding:…，每行一个）", "About (finding:…, one a line)"),
    "reason": ("理由", "Reason"),
}


def audit_words(spoken: Language) -> dict[str, str]:
    """Every word of these pages by its name in the templates."""
    return {name: pair[0 if spoken == "zh" else 1] for name, pair in _WORDS.items()}
