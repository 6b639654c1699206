"""Checking from the terminal: a bundle offline, or the live ledger."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from psycopg import IsolationLevel

from api.audit.bundle import audit as audit_bundle
from api.audit.findings import Report
from api.audit.live import verify as verify_live
from api.audit.shown import as_json, as_table
from api.bundles.faults import BundleFault, Malformed
from api.bundles.read import open_bundle
from api.cli_session import (
    REFUSED,
    WRONG_USAGE,
    Progress,
    fail,
    opened,
    spoken,
    told_plainly,
)
from api.cosigning import read_policy
from api.home import read_head
from api.language import Language
from ledger.notes import COSIGNATURE, ED25519, NoteIsMalformed, VerifierKey
from ledger.witness_policy import Group, KnownWitness, Policy


class Form(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"


class Lang(StrEnum):
    """The report's language."""

    ZH = "zh"
    EN = "en"


Keys = Annotated[list[str] | None, typer.Option("--key", help="日志公钥 · the log's vkey")]
Witnesses = Annotated[
    list[str] | None, typer.Option("--witness", help="见证人公钥 · a witness's vkey")
]
Need = Annotated[int | None, typer.Option("--need", help="所需联署数 · cosignatures needed")]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="见证策略文件 · witness policy")]
Format = Annotated[Form, typer.Option("--format", help="格式 · format")]
Language_ = Annotated[Lang | None, typer.Option("--lang", help="语言 · language")]


def audit(
    bundle: Annotated[Path, typer.Argument(help="审计包 · folder or .zip")],
    key: Keys = None,
    witness: Witnesses = None,
    need: Need = None,
    policy: PolicyFile = None,
    form: Format = Form.TABLE,
    lang: Language_ = None,
) -> None:
    """审计 · Check a bundle offline, with nothing but the key: 1 for a finding, 2 for no bundle.

    Nothing was altered, left out or moved; every rule held; every figure is computed anew.
    """
    with told_plainly():
        if not key:
            fail(
                WRONG_USAGE,
                "请用 --key 给出日志公钥；包内所附的公钥不能证明是谁签的。",
                "give the log's key by --key; one that came with the bundle proves nothing",
            )
        try:
            keys, wanted = [_key(each, ED25519) for each in key], _policy(witness, need, policy)
            with open_bundle(bundle) as opened_bundle:
                size = opened_bundle.manifest.size
                with Progress(size, _title()) as progress:
                    report = audit_bundle(opened_bundle, keys, wanted, progress.reach)
        except BundleFault as fault:
            told = fault.told()
            fail(WRONG_USAGE, f"{told.zh}。{told.mend_zh}。[{fault.code}]",
                 f"{told.en}; {told.mend_en} [{fault.code}]")  # fmt: skip
        _tell(report, form, lang)


def verify(
    key: Keys = None,
    witness: Witnesses = None,
    need: Need = None,
    policy: PolicyFile = None,
    form: Format = Form.TABLE,
    lang: Language_ = None,
) -> None:
    """核验 · Check the live database, its tiles and its checkpoint; 1 for any finding."""
    with opened() as home:
        try:
            keys = [_key(each, ED25519) for each in key or ()]
            wanted = _policy(witness, need, policy)
        except BundleFault as fault:
            told = fault.told()
            fail(WRONG_USAGE, f"{told.zh}。{told.mend_zh}。", f"{told.en}; {told.mend_en}")
        with psycopg.connect(home.service_url) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            with Progress(read_head(home.service_url).size, _title()) as progress:
                report = verify_live(home.settings, connection, keys, wanted, progress.reach)
        _tell(report, form, lang)


def _title() -> str:
    return "核验" if spoken() == "zh" else "checking"


def _tell(report: Report, form: Form, lang: Lang | None) -> None:
    told: Language = spoken() if lang is None else "en" if lang is Lang.EN else "zh"
    typer.echo(as_json(report).decode() if form is Form.JSON else as_table(report, told))
    if not report.is_good:
        raise typer.Exit(REFUSED)


def _key(text: str, kind: int) -> VerifierKey:
    try:
        key = VerifierKey.parse(text)
    except NoteIsMalformed as malformed:
        raise BundleFault(Malformed.KEY_IS_MALFORMED, key=text) from malformed
    if key.kind != kind:
        raise BundleFault(Malformed.KEY_IS_MALFORMED, key=text)
    return key


def _policy(witnesses: list[str] | None, need: int | None, file: Path | None) -> Policy | None:
    """What cosignatures are asked for: by a policy file, or so many of these witnesses."""
    if file is not None:
        return read_policy(file)
    known = tuple(
        KnownWitness(key.name, key, None)
        for key in (_key(each, COSIGNATURE) for each in witnesses or ())
    )
    wanted = len(known) if need is None else need
    if not min(1, len(known)) <= wanted <= len(known):
        raise BundleFault(Malformed.NEED_DOES_NOT_FIT, need=wanted, witnesses=len(known))
    return Policy((), known, Group("given", wanted, known)) if known else None
