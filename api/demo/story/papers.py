"""What auditors put by: documents, papers for signature, and a list laid beside the ledger."""

from api.demo.story.audits import ONE_HAND, SAMPLE, TAINTED
from api.demo.story.cash import REFUNDED
from api.demo.story.dealings import DEALINGS
from api.demo.story.people import HOUSES
from api.demo.story.rights import patent
from api.demo.story.steps import Compare, Keep, Step, Write, named, on
from api.demo.story.upkeep import lasting


def _slip() -> bytes:
    """A page of PDF with one line on it."""
    line = b"BT /F1 12 Tf 72 760 Td (Refund slip, made up: CNY 26,000.00, 2022-12-05) Tj ET"
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(line), line),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, starts = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        starts.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    size = len(parts) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, b"".join(starts))
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + table + end


_NOTES = """访谈记录(虚构)
问:到款的认领与核销由谁办理?
答:由同一名财务经办办理,审批人按月抽查。
"""


def _listed() -> bytes:
    """Assignments as an office would list them: one agrees, one is dated later, one is not held."""
    agrees, later = (
        next(one for one in DEALINGS if one.key == key) for key in ("jia-2022-2", "jia-2023-5")
    )
    lines = (
        (agrees.deal.patents[0], agrees.at(25)),
        (later.deal.patents[0], later.at(36)),
        (patent("jia", lasting("jia")[0]), later.at(40)),
    )
    told = (f"{subject.partition(':')[2]},{at:%Y-%m-%d}" for subject, at in lines)
    return "\n".join(("申请号,登记生效日", *told, "")).encode()


PAPERS: tuple[Step, ...] = (
    Keep(
        on("2024-08-26"),
        "jia/internal-auditor",
        "访谈记录.txt",
        "财务经办访谈记录(虚构)",
        _NOTES.encode(),
        (),
    ),
    Keep(
        on("2024-09-02"),
        "jia/finance",
        "退款回单.pdf",
        "退款回单扫描件(虚构)",
        _slip(),
        (REFUNDED.line,),
    ),
    Write(
        on("2023-12-14"),
        "auditor",
        named("paper", "jia-sample"),
        {"kind": "evidence-form", "institution": HOUSES["jia"].id, "about": [TAINTED.id, SAMPLE]},
    ),
    Write(
        on("2024-10-11"),
        "jia/internal-auditor",
        named("paper", "jia-one-hand"),
        {"kind": "working-paper", "institution": HOUSES["jia"].id, "about": [ONE_HAND.id]},
    ),
    Compare(
        on("2024-01-22"),
        "jia/internal-auditor",
        named("comparison", "jia-assignments"),
        "assignment-recordals",
        "转让登记清单(虚构).csv",
        _listed(),
    ),
)
