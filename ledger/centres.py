"""Centres under a programme: universities apply, the bureau selects and withdraws."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, assert_never

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import CentreApplied, CentreDesignated, CentreWithdrawn
from ledger.institutions import Institution, bureau_of, need_adopted
from ledger.policies.ip_centres_2022 import (
    DISCIPLINES_MAX,
    DISCIPLINES_MIN,
    INDUSTRIES_MIN,
    IP_CENTRES_2022,
    SELECTED_MAX,
)
from ledger.refusals import Refusal, Refused
from ledger.subjects import InstitutionId, ProgrammeId, Text
from ledger.terms import need_no_earlier

CENTRES_POLICY = f"policy:{IP_CENTRES_2022.id}"
PROGRAMME = "programme:ip-centres-2022"
"""The programme of the 2022 plan, which commands mean unless they name another."""

# --- State


@dataclass(frozen=True, slots=True)
class Candidate:
    """An institution in a programme.

    `application` and `selection` are the sequences of the last such fact on the programme, 0
    without one; `applied` is the day of the first application, `selected` of the last selection.
    """

    application: int = 0
    applied: date = date.max
    selection: int = 0
    selected: date = date.min
    withdrawn: bool = False

    @property
    def is_centre(self) -> bool:
        """Whether it was selected and not withdrawn since."""
        return self.selection > 0 and not self.withdrawn


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme as its facts tell it: everybody who applied or was selected."""

    candidates: Mapping[str, Candidate] = field(default_factory=dict)

    def candidate(self, institution: str) -> Candidate:
        """The institution's part in the programme, an empty one if it has none."""
        return self.candidates.get(institution, Candidate())

    @property
    def selected(self) -> frozenset[str]:
        """Every institution ever selected, those withdrawn included."""
        return frozenset(name for name, one in self.candidates.items() if one.selection > 0)


# --- evolve

CentreFact = CentreApplied | CentreDesignated | CentreWithdrawn


def evolve(state: Programme, fact: CentreFact, seen: Recorded) -> Programme:
    """Fold one fact about a programme."""
    sequence = seen.sequences[fact.programme]
    match fact:
        case CentreApplied():
            before = state.candidate(fact.applicant)
            applied = min(before.applied, fact.on)
            return _with(
                state, fact.applicant, replace(before, application=sequence, applied=applied)
            )
        case CentreDesignated():
            before = state.candidate(fact.centre)
            chosen = replace(before, selection=sequence, selected=fact.on, withdrawn=False)
            return _with(state, fact.centre, chosen)
        case CentreWithdrawn():
            gone = replace(state.candidate(fact.centre), withdrawn=True)
            return _with(state, fact.centre, gone)
        case _:
            assert_never(fact)


def _with(state: Programme, institution: str, candidate: Candidate) -> Programme:
    return Programme({**state.candidates, institution: candidate})


# --- Commands


class ApplyForCentre(Command):
    """Record that the institution applied; `transfer_centre` names the one it builds on."""

    NAME: ClassVar[str] = "centre.apply"
    ZH: ClassVar[str] = "申报运营中心"
    EN: ClassVar[str] = "Apply to be a centre"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_HEAD, Role.CENTRE_STAFF})
    programme: ProgrammeId = PROGRAMME
    transfer_centre: Text
    disciplines: tuple[Text, ...]
    industries: tuple[Text, ...]
    on: date | None = None


class DesignateCentre(Command):
    """Record that the bureau selected an institution, with the disciplines it stands for."""

    NAME: ClassVar[str] = "centre.designate"
    ZH: ClassVar[str] = "认定运营中心"
    EN: ClassVar[str] = "Designate a centre"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.BUREAU_APPROVER})
    programme: ProgrammeId = PROGRAMME
    centre: InstitutionId
    disciplines: tuple[Text, ...]
    industries: tuple[Text, ...]
    document: Text | None = None
    on: date | None = None


class WithdrawCentre(Command):
    """Record that an institution is no longer a centre."""

    NAME: ClassVar[str] = "centre.withdraw"
    ZH: ClassVar[str] = "撤销运营中心"
    EN: ClassVar[str] = "Withdraw a centre"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.BUREAU_APPROVER})
    programme: ProgrammeId = PROGRAMME
    centre: InstitutionId
    document: Text | None = None
    on: date | None = None


# --- decide


def apply_for_centre(command: ApplyForCentre, case: Case) -> Decision:
    """Record an application. One by anything but a university is a breach.

    This and what follows refuse any programme but that of the 2022 plan.
    """
    _need_known(command.programme)
    kind = _kind_of(case, case.institution)
    fact = CentreApplied(
        programme=command.programme,
        applicant=case.institution,
        transfer_centre=command.transfer_centre,
        disciplines=command.disciplines,
        industries=command.industries,
        on=command.on or case.today,
    )
    return Decision((New(fact),), _unless_university(case.institution, kind))


def designate_centre(command: DesignateCentre, case: Case) -> Decision:
    """Record a selection. Refuses an unknown institution and limits that are not adopted.

    Breaches of the plan: one institution too many (counted ever, never given back), one selected
    already, no application by that day, too few or many disciplines, no industry.
    """
    _need_known(command.programme)
    kind = _kind_of(case, command.centre)
    need_adopted(case, CENTRES_POLICY, IP_CENTRES_2022.version)
    programme = case.read(Programme, command.programme)
    candidate = programme.candidate(command.centre)
    fact = CentreDesignated(
        programme=command.programme,
        centre=command.centre,
        disciplines=command.disciplines,
        industries=command.industries,
        document=command.document,
        on=command.on or case.today,
    )
    breaches = (
        *_unless_university(command.centre, kind),
        *_selection_breaches(fact, programme, candidate),
        *_subject_breaches(fact),
    )
    rests_on = _rests(command.programme, candidate.application)
    return Decision((New(fact, rests_on=rests_on, institution=bureau_of(case)),), breaches)


def withdraw_centre(command: WithdrawCentre, case: Case) -> Decision:
    """Record a withdrawal. Refused before the selection; one of no centre is a breach."""
    _need_known(command.programme)
    _kind_of(case, command.centre)
    candidate = case.read(Programme, command.programme).candidate(command.centre)
    on = command.on or case.today
    need_no_earlier(on, candidate.selected)
    fact = CentreWithdrawn(
        programme=command.programme, centre=command.centre, document=command.document, on=on
    )
    breaches: tuple[Breach, ...] = ()
    if not candidate.is_centre:
        breaches = (Breach("centre-is-not-designated", {"institution": command.centre}),)
    rests_on = _rests(command.programme, candidate.selection)
    return Decision((New(fact, rests_on=rests_on, institution=bureau_of(case)),), breaches)


def _need_known(programme: str) -> None:
    """Refuse SUBJECT_IS_UNKNOWN for a programme whose limits nobody wrote down."""
    if programme != PROGRAMME:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=programme)


def _kind_of(case: Case, institution: str) -> str:
    """The kind of a registered institution; refuses SUBJECT_IS_UNKNOWN."""
    state = case.read(Institution, institution)
    if not state.known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=institution)
    return state.kind


def _rests(programme: str, sequence: int) -> tuple[Ref, ...]:
    return (Ref(programme, sequence),) if sequence > 0 else ()


# --- breaches


def _unless_university(institution: str, kind: str) -> tuple[Breach, ...]:
    if kind == "university":
        return ()
    return (Breach("centre-is-no-university", {"institution": institution, "kind": kind}),)


def _selection_breaches(
    fact: CentreDesignated, programme: Programme, candidate: Candidate
) -> tuple[Breach, ...]:
    found: list[Breach] = []
    about = {"institution": fact.centre}
    selected = len(programme.selected | {fact.centre})
    if candidate.selection == 0 and selected > SELECTED_MAX:
        limit = {"selected": selected, "limit": SELECTED_MAX}
        found.append(Breach("more-centres-than-allowed", {**about, **limit}))
    if candidate.is_centre:
        on = candidate.selected.isoformat()
        found.append(Breach("centre-is-designated-already", {**about, "on": on}))
    if fact.on < candidate.applied:
        found.append(Breach("centre-has-not-applied", {**about, "on": fact.on.isoformat()}))
    return tuple(found)


def _subject_breaches(fact: CentreDesignated) -> tuple[Breach, ...]:
    """One or two strong disciplines, and the industries they concern."""
    found: list[Breach] = []
    disciplines, industries = len(set(fact.disciplines)), len(set(fact.industries))
    if not DISCIPLINES_MIN <= disciplines <= DISCIPLINES_MAX:
        values = {"disciplines": disciplines, "min": DISCIPLINES_MIN, "max": DISCIPLINES_MAX}
        found.append(Breach("centre-disciplines-are-off", {"institution": fact.centre, **values}))
    if industries < INDUSTRIES_MIN:
        found.append(Breach("centre-names-no-industry", {"institution": fact.centre}))
    return tuple(found)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ApplyForCentre, apply_for_centre, (CentreApplied,)),
    Declaration(DesignateCentre, designate_centre, (CentreDesignated,)),
    Declaration(WithdrawCentre, withdraw_centre, (CentreWithdrawn,)),
)
