"""Every view and figure computed anew, and held against what the manifest says of it."""

from api.audit.findings import Found, Report, Step
from api.audit.findings import Said as Left
from api.audit.log import Log
from api.bundles.answers import said
from api.bundles.manifest import Manifest, Said
from api.readings import rules_in_use
from api.stamps import CODE


def check_readings(log: Log, manifest: Manifest, report: Report) -> None:
    """Compare all answers. What another version said, or the whole log alone can say, is told as
    not compared; an answer of another program that differs is so too, since it may be right."""
    if log.tape is None:
        report.remark(Step.READINGS, Left.ENTRIES_ARE_DAMAGED)
        return
    rules = [dict(rule) for rule in rules_in_use(log.tape)]
    if rules != [rule.model_dump() for rule in manifest.rules]:
        report.find(
            Step.READINGS, Found.MANIFEST_DIFFERS, None, what="rules", told=len(manifest.rules),
            found=len(rules),
        )  # fmt: skip
    told = {each.name: each for each in manifest.answers}
    names = set()
    for found in said(log.tape, manifest.as_of, manifest.institution):
        names.add(found.name)
        _compare(told.get(found.name), found, manifest, report)
    for name in sorted(told.keys() - names):
        report.remark(Step.READINGS, Left.OTHER_VERSION, name=name)


def _compare(told: Said | None, found: Said, manifest: Manifest, report: Report) -> None:
    if told is None:
        report.remark(Step.READINGS, Left.NOT_IN_MANIFEST, name=found.name)
    elif told.needs_whole_log:
        report.remark(Step.READINGS, Left.NEEDS_WHOLE_LOG, name=found.name)
    elif told.version != found.version:
        report.remark(Step.READINGS, Left.OTHER_VERSION, name=found.name)
    elif told.sha256 != found.sha256 and manifest.code.digest != CODE.digest:
        report.remark(Step.READINGS, Left.OTHER_CODE, name=found.name)
    else:
        report.looked[Step.READINGS] += 1
        if told.sha256 != found.sha256:
            report.find(Step.READINGS, Found.ANSWER_DIFFERS, None, name=found.name)
