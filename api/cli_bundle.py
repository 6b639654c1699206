"""Bundles from the terminal: the log, or one institution's part of it, to be carried away."""

import shutil
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.access import Caller
from api.audit.bundle import audit, tape_of_part
from api.audit.findings import Report
from api.audit.shown import as_table
from api.bundles.answers import as_far_as_the_part_goes, said
from api.bundles.manifest import Manifest
from api.bundles.read import open_bundle
from api.bundles.write import (
    Sealed,
    Told,
    Wanted,
    manifest_of,
    newest_seal,
    write_files,
    write_manifest,
)
from api.cli_session import REFUSED, WRONG_USAGE, Progress, Session, fail, say, signed_in, spoken
from api.home import Home
from api.rights import TAKERS, Kind, closed_files, scope_of
from ledger.actors import READS_ALL_INSTITUTIONS
from ledger.notes import NoteIsMalformed
from ledger.refusals import Refusal, Refused


def bundle(
    out: Annotated[Path, typer.Argument(help="文件夹或 .zip · folder or .zip to write")],
    institution: Annotated[
        str | None, typer.Option(help="只含该机构 · one institution's part")
    ] = None,
    proofs: Annotated[
        str | None, typer.Option(help="附证明的位置 · positions to prove, 3,17")
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="附证据文件 · with evidence")
    ] = False,
) -> None:
    """制作审计包 · Write what an auditor needs to check the log offline; 1 if the check fails."""
    _need_room(out)
    with signed_in(may_be_short=True) as session:
        need_right(session.caller, institution)
        asked = Wanted(institution, _positions(proofs), evidence)
        wanted = as_far_as_read(session.home, session.caller, asked)
        sealed = _sealed(session)
        if any(position >= sealed.size for position in wanted.proofs):
            at = max(wanted.proofs)
            raise Refusal(Refused.FACT_IS_NOT_SEALED_YET, position=at, sealed=sealed.size)
        if out.suffix != ".zip":
            good = _write(session, sealed, wanted, out)
        else:
            folder = Path(tempfile.mkdtemp(prefix="zhiheng-bundle-"))
            try:
                good = _write(session, sealed, wanted, folder)
                pack(folder, out)
            finally:
                shutil.rmtree(folder)
    say(f"审计包已写入 {out}。", f"the bundle is in {out}", error=True)
    if not good:
        say("审计包未通过自身检查，问题如上。", "it does not pass its own check", error=True)
        raise typer.Exit(REFUSED)


def need_right(caller: Caller, institution: str | None) -> None:
    """Refuse ROLE_IS_MISSING to whoever may not carry the log away, and SUBJECT_IS_UNKNOWN for an
    institution outside the caller's rights; the whole log is for those who read it all."""
    scope = scope_of(caller, Kind.BUNDLE)
    if not scope or (institution is None and not scope.everywhere):
        wanted = TAKERS & READS_ALL_INSTITUTIONS if institution is None else TAKERS
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(wanted))
    scope.need(institution)


def as_far_as_read(home: Home, caller: Caller, wanted: Wanted) -> Wanted:
    """What is wanted without what the caller is not told: of shared facts who and why, and the
    files of another audit. The facts that keep such files stay, or the part were not complete."""
    whole = scope_of(caller, Kind.BUNDLE).everywhere
    scope = scope_of(caller, Kind.DOCUMENT)
    closed = closed_files(scope, home.reader) if wanted.evidence else ()
    return replace(wanted, shared=whole, closed=frozenset(closed))


def _need_room(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fail(WRONG_USAGE, f"{out} 已存在，不予覆盖。", f"{out} is there already and stays")


def _positions(text: str | None) -> tuple[int, ...]:
    parts = (text or "").replace(" ", "").split(",")
    if text and not all(part.isascii() and part.isdigit() for part in parts):
        fail(WRONG_USAGE, f"“{text}”应写成 3,17。", f"write '{text}' as 3,17")
    return tuple(dict.fromkeys(int(part) for part in parts)) if text else ()


def _sealed(session: Session) -> Sealed:
    try:
        sealed = newest_seal(session.home, session.connection)
    except NoteIsMalformed as malformed:
        fail(REFUSED, f"检查点不可读：{malformed}", f"the checkpoint cannot be read: {malformed}")
    if sealed is None or sealed.size == 0:
        fail(
            REFUSED,
            "日志尚未封存，请先运行 zhiheng seal。",
            "the log is not sealed yet; run zhiheng seal first",
        )
    return sealed


def _write(session: Session, sealed: Sealed, wanted: Wanted, folder: Path) -> bool:
    """Write a bundle and check it; answers whether nothing was found."""
    title = "制作审计包" if spoken() == "zh" else "writing the bundle"
    with Progress(2 * sealed.size, title) as progress:
        report = written(session, sealed, wanted, folder, progress.reach)
    if not report.is_good:
        typer.echo(as_table(report, spoken()), err=True)
    return report.is_good


def written(session: Session, sealed: Sealed, wanted: Wanted, folder: Path, told: Told) -> Report:
    """Write a bundle, and audit it as its bearer will. Twice the sealed size is told in all."""
    lacking = write_files(session.home, session.connection, sealed, wanted, folder, told)
    if lacking:
        say(
            f"{len(lacking)} 份证据不在证据库中，未随附。",
            f"{len(lacking)} documents are not in the evidence store and are left out",
            error=True,
        )
    manifest = manifest_of(session.home, session.connection, sealed, wanted)
    write_manifest(manifest, folder)
    if wanted.institution is not None:
        write_manifest(_within_part(folder, manifest), folder)
    with open_bundle(folder) as bundle:
        return audit(bundle, [sealed.key], None, lambda done: told(sealed.size + done))


def _within_part(folder: Path, manifest: Manifest) -> Manifest:
    """The manifest claiming no more than the part yields: what the institution's facts and the
    shared ones say otherwise than the whole log is left to whoever has that."""
    with open_bundle(folder) as bundle:
        tape = tape_of_part(bundle)
    if tape is None:
        return manifest
    known = {each.name: each for each in said(tape, manifest.as_of, manifest.institution)}
    answers = tuple(
        as_far_as_the_part_goes(each, known.get(each.name)) for each in manifest.answers
    )
    return manifest.model_copy(update={"answers": answers})


def pack(folder: Path, out: Path) -> None:
    """Put a folder into a zip, its files in order of their paths."""
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(file for file in folder.rglob("*") if file.is_file()):
            packed.write(path, path.relative_to(folder).as_posix())
