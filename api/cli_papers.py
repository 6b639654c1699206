"""Papers for signature from the terminal."""

from pathlib import Path
from typing import Annotated

import typer

from api.bodies import read_body
from api.cli_session import say, signed_in, spoken
from api.papers.making import AskedPaper, kept_already, make
from ledger.documents import KeepEvidence, MakePaper

paper = typer.Typer(no_args_is_help=True, help="审计底稿 · Working papers")


@paper.callback()
def papers() -> None:
    """审计底稿 · Working papers"""


@paper.command("make")
def make_paper(
    kind: Annotated[str, typer.Argument(help="working-paper 底稿, evidence-form 取证单")],
    about: Annotated[list[str], typer.Argument(help="finding:… sample:…")],
    out: Annotated[Path, typer.Option(help="写入文件 · file to write, .docx")],
    institution: Annotated[str | None, typer.Option(help="机构 · institution")] = None,
    as_of: Annotated[str | None, typer.Option(help="业务时点 · date")] = None,
    known_at: Annotated[str | None, typer.Option(help="认知时点 · size, time or date")] = None,
) -> None:
    """编制底稿或取证单 · Make a paper with lines to sign on; it is kept as evidence."""
    given = {"kind": kind, "about": about, "institution": institution, "language": spoken()}
    given |= {"as_of": as_of, "known_at": known_at}
    asked = read_body(AskedPaper, MakePaper.NAME, given)
    with signed_in() as session:
        made = make(session.home, session.caller, asked)
        by, admit = session.caller.by, session.home.door.admit
        with kept_already():
            session.scribe.handle(admit(KeepEvidence.NAME, made.keeping, by))
        answer = session.scribe.handle(admit(MakePaper.NAME, made.making, by))
        out.write_bytes(made.data)
        position = answer.written[0].position
        document = made.keeping["document"]
        say(
            f"{out}：已存证为 {document}，第 {position} 条事实。",
            f"{out}: kept as {document}, fact {position}",
        )
