"""One batch of commands decided in order, without I/O: what was read, what is to be written."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from ledger.access import Actor, acting_institution, need_principal
from ledger.actors import SEALER, Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref, business_day
from ledger.codec import canonical, encode, leaf_hash, timestamp
from ledger.declaration import Declaration
from ledger.facts.base import Evidence
from ledger.folding import FOLDS, evolve, fold, initial, is_correction
from ledger.institutions import Log
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, kind_of

Statement = tuple[str, tuple[Any, ...]]
"""SQL and its parameters."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command on its way to the book.

    `key` and `body_hash` are keyed hashes of the caller's idempotency key and body (None without
    a key); `command_id` is 32 hex digits nobody can guess. `commitments` fix private fields, and
    `beside` are statements for the vault that commit together with the facts. `token` is the one
    by which somebody outside asks, None where this program itself does.
    """

    command: Command
    actor: str
    command_id: str
    key: bytes | None = None
    body_hash: bytes | None = None
    commitments: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[Statement, ...] = ()
    token: str | None = None


class Written(NamedTuple):
    """A fact as answered: where it stands and which chains it continued."""

    position: int
    topic: str
    subjects: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command. `refusal` is set where the recorded outcome is a no (the cap)."""

    written: tuple[Written, ...]
    breaches: tuple[Breach, ...] = ()
    refusal: Refusal | None = None
    replayed: bool = False


_NOTHING_BESIDE = canonical({"breaches": [], "no": None})


def stored_answer(decision: Decision | None) -> bytes:
    """Breaches and refusal as kept under the command key, so that a retry hears the same."""
    if decision is None or not (decision.breaches or decision.refusal):
        return _NOTHING_BESIDE
    no = decision.refusal and {"code": decision.refusal.code, "values": decision.refusal.values}
    return canonical({"breaches": [[b.code, b.values] for b in decision.breaches], "no": no})


class Held(NamedTuple):
    """A subject as folded so far: its last sequence, the leaf of that fact, its state."""

    sequence: int
    leaf: str | None
    state: Any


class Unloaded(Exception):
    """A decision looked at something that is not in memory; it is loaded and decided again."""


class Cache:
    """Folded subjects, the least recently used forgotten first."""

    def __init__(self, size: int = 200_000) -> None:
        self._size = size
        self._held: OrderedDict[str, Held] = OrderedDict()

    def get(self, subject: str) -> Held | None:
        """What is known of a subject, without any promise that it is still true."""
        return self._held.get(subject)

    def put(self, subject: str, held: Held) -> None:
        """Remember a subject."""
        self._held[subject] = held
        self._held.move_to_end(subject)
        if len(self._held) > self._size:
            self._held.popitem(last=False)

    def forget(self, subjects: Iterable[str]) -> None:
        """Drop subjects that have to be folded anew."""
        for subject in subjects:
            self._held.pop(subject, None)

    def take(self, subject: str, rows: list[tuple[int, Recorded]]) -> None:
        """Fold newly read facts (sequence, fact) of a subject onto what is held.

        A correction among them cannot be folded on top: the subject is then forgotten, and read
        from its beginning the next time.
        """
        held = self._held.get(subject) or Held(0, None, initial(subject))
        fresh = [(sequence, seen) for sequence, seen in rows if sequence > held.sequence]
        if not fresh:
            self.put(subject, held)
            return
        if held.sequence == 0:
            state = fold(subject, [seen for _, seen in fresh])
        elif any(is_correction(seen) for _, seen in fresh):
            self._held.pop(subject)
            return
        else:
            state = held.state
            for _, seen in fresh:
                state = evolve(subject, state, seen)
        sequence, last = fresh[-1]
        self.put(subject, Held(sequence, last.leaf, state))


class Rows:
    """What one batch will append, as flat columns for one call."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.sequences: list[int] = []
        self.topics: list[str] = []
        self.institutions: list[str] = []
        self.effectives: list[date] = []
        self.states: list[bytes] = []
        self.link_facts: list[int] = []
        self.link_subjects: list[str] = []
        self.link_sequences: list[int] = []

    def add(
        self, topic: str, institution: str, effective: date, entry: bytes, links: Sequence[Ref]
    ) -> None:
        """One more fact; `links` are its chains, its own subject first."""
        index = len(self.topics)
        self.subjects.append(links[0].subject)
        self.sequences.append(links[0].sequence)
        self.topics.append(topic)
        self.institutions.append(institution)
        self.effectives.append(effective)
        self.states.append(entry)
        for subject, sequence in links:
            self.link_facts.append(index)
            self.link_subjects.append(subject)
            self.link_sequences.append(sequence)


class Outcome(NamedTuple):
    """A decided request: its range in the batch's rows, or why there is none.

    A failure that is no Refusal is a fault of this program; it reaches its caller and nobody else.
    """

    first: int
    written: tuple[tuple[str, tuple[Ref, ...]], ...]
    decision: Decision | None
    failure: Exception | None


class Sitting:
    """Decides requests one after another over cached subjects; later ones see earlier facts.

    `reads` collects every subject looked at with the sequence it then had in the log; the append
    refuses the batch if any of them has moved.
    """

    def __init__(
        self,
        cache: Cache,
        declarations: Mapping[type[Command], Declaration],
        now: datetime,
        histories: Mapping[str, tuple[Recorded, ...]],
        facts: Mapping[int, Recorded | None],
    ) -> None:
        self._cache, self._declarations, self._now = cache, declarations, now
        self._histories, self._facts = histories, facts
        self._recorded = timestamp(now)
        self._before: dict[str, Held] = {}
        self._acting: dict[tuple[str, frozenset[Role], str | None], tuple[Actor, str]] = {}
        self._overlay: dict[str, Held] = {}
        self.reads: dict[str, int] = {}
        self.rows = Rows()
        self._missing: set[str] = set()
        self._missing_histories: set[str] = set()
        self._missing_positions: set[int] = set()
        self.corrected: set[str] = set()

    # --- what a case reads (ledger.case.Reader)

    def held(self, subject: str) -> Held:
        """The subject as this batch sees it. Raises Unloaded when it is not in memory."""
        held = self._overlay.get(subject)
        if held is None:
            held = self._cache.get(subject)
            if held is None:
                initial(subject)  # a kind that there is none of is refused, never looked for
                self._missing.add(subject)
                raise Unloaded
            self._overlay[subject] = self._before[subject] = held
            self.reads[subject] = held.sequence
        return held

    def state(self, subject: str) -> Any:
        """Folded state of a subject."""
        return self.held(subject).state

    def history(self, subject: str) -> tuple[Recorded, ...]:
        """Every committed fact of a subject."""
        self.held(subject)
        if subject not in self._histories:
            self._missing_histories.add(subject)
            raise Unloaded
        return self._histories[subject]

    def at(self, position: int) -> Recorded | None:
        """The committed fact at a position."""
        if position not in self._facts:
            self._missing_positions.add(position)
            raise Unloaded
        return self._facts[position]

    def take_missing(self) -> tuple[set[str], set[str], set[int]]:
        """Subjects, whole histories and positions to load before the last request is decided."""
        taken = (self._missing, self._missing_histories, self._missing_positions)
        self._missing, self._missing_histories, self._missing_positions = set(), set(), set()
        return taken

    # --- deciding

    def decide(self, request: Request) -> Outcome | None:
        """Decide one request; None when something has to be loaded first."""
        first = len(self.rows.topics)
        try:
            case, decision = self.weigh(request)
            return Outcome(first, self._write(request, case, decision), decision, None)
        except Unloaded:
            return None
        except Exception as failure:
            return Outcome(first, (), None, failure)

    def weigh(self, request: Request) -> tuple[Case, Decision]:
        """The decision alone: nothing is encoded or folded. Raises Refusal, Unloaded."""
        self._trust_new_id(request.command)
        case = self._case(request)
        return case, self._declarations[type(request.command)].decide(request.command, case)

    def _trust_new_id(self, command: Command) -> None:
        """Take an id that is meant to be new for new; the append refuses it if it is not."""
        subject = getattr(command, command.FRESH) if command.FRESH else ""
        if kind_of(subject) in FOLDS and self._cache.get(subject) is None:
            self._cache.put(subject, Held(0, None, initial(subject)))

    def _case(self, request: Request) -> Case:
        command = request.command
        log = self.state(LOG)
        roles = type(command).ROLES
        if roles is None:
            institution = LOG
        elif not isinstance(log, Log) or not log.opened:
            raise Refusal(Refused.LOG_IS_NOT_OPEN)
        elif request.actor == SEALER and request.token is None and not roles:
            institution = command.institution or LOG
        else:
            institution = self._acting_for(request, roles, log.bureau)
            self._need_live_token(request)
            if command.on_behalf is not None:
                principal: Actor = self.state(command.on_behalf)
                day = business_day(self._now)
                need_principal(principal, command.on_behalf, institution, log.bureau, day)
        return Case(
            actor=request.actor,
            institution=institution,
            now=self._now,
            reader=self,
            behalf=command.on_behalf,
            commitments=request.commitments,
        )

    def _acting_for(self, request: Request, roles: frozenset[Role], bureau: str | None) -> str:
        """The institution a request acts for; looked up once while the actor stays the same."""
        actor: Actor = self.state(request.actor)
        if actor.person is None and type(request.command).DECIDES:
            raise Refusal(Refused.PROGRAMS_DO_NOT_DECIDE)
        wanted = request.command.institution
        known = self._acting.get((request.actor, roles, wanted))
        if known is not None and known[0] is actor:
            return known[1]
        found = acting_institution(actor, roles, wanted, bureau, business_day(self._now))
        self._acting[request.actor, roles, wanted] = (actor, found)
        return found

    def _need_live_token(self, request: Request) -> None:
        """Refuse what is asked by a token that was revoked, or ended, on the way here."""
        if request.token is None:
            return
        actor: Actor = self.state(request.actor)
        until = actor.tokens.get(request.token)
        if until is None or until <= self._now:
            raise Refusal(Refused.TOKEN_IS_NOT_VALID)

    def _write(
        self, request: Request, case: Case, decision: Decision
    ) -> tuple[tuple[str, tuple[Ref, ...]], ...]:
        """Encode all facts of a decision, then add them: a refusal leaves nothing behind."""
        evidence = [_evidence_json(item) for item in request.command.evidence]
        step: dict[str, Held] = {}
        encoded = [self._encode(new, request, case, evidence, step) for new in decision.new]
        rows = self.rows
        written = []
        for new, institution, entry, links in encoded:
            refs = tuple([Ref(subject, sequence) for subject, sequence, _ in links])
            rows.add(new.fact.TOPIC, institution, new.fact.effective, entry, refs)
            written.append((new.fact.TOPIC, refs))
        self._overlay.update(step)
        return tuple(written)

    def _encode(
        self,
        new: New,
        request: Request,
        case: Case,
        evidence: list[dict[str, Any]],
        step: dict[str, Held],
    ) -> tuple[New, str, bytes, list[tuple[str, int, str | None]]]:
        guard_date(new, case)
        subjects = new.subjects() if new.touching else new.fact.subjects()
        before = [step.get(subject) or self.held(subject) for subject in subjects]
        links = [
            (subject, held.sequence + 1, held.leaf)
            for subject, held in zip(subjects, before, strict=True)
        ]
        institution = new.institution or case.institution
        entry = encode(
            new,
            institution=institution,
            actor=request.actor,
            behalf=request.command.on_behalf,
            reason=request.command.reason,
            evidence=evidence,
            command=request.command_id,
            recorded=self._recorded,
            links=links,
        )
        leaf = leaf_hash(entry)
        seen = Recorded(
            fact=new.fact,
            actor=request.actor,
            institution=institution,
            recorded_at=self._now,
            sequences={subject: sequence for subject, sequence, _ in links},
            rests_on=new.rests_on,
            replaces=new.replaces,
            leaf=leaf,
        )
        corrects = is_correction(seen)
        if corrects:
            self.corrected.update(subjects)
        for subject, held in zip(subjects, before, strict=True):
            state = held.state if corrects else evolve(subject, held.state, seen)
            step[subject] = Held(held.sequence + 1, leaf, state)
        return new, institution, entry, links

    def commit(self) -> None:
        """The batch goes to the log: what it folded becomes what the cache holds."""
        for subject, held in self._overlay.items():
            self._cache.put(subject, held)
        self._cache.forget(self.corrected)

    def changed(self) -> dict[str, tuple[Any, Any]]:
        """The state before and after of every subject that the facts decided here touch.

        A correction leaves its subjects as they were: they are folded anew once it is written.
        """
        before = self._before
        return {
            subject: (before[subject].state, held.state)
            for subject, held in self._overlay.items()
            if held.sequence > before[subject].sequence
        }

    def withdraw(self) -> None:
        """The batch did not get into the log: the cache holds again what it held before."""
        for subject, held in self._before.items():
            self._cache.put(subject, held)


@lru_cache(maxsize=1_024)
def _evidence_json(item: Evidence) -> dict[str, Any]:
    """Evidence as it stands in an entry; one paper is often named by many commands."""
    return item.model_dump(mode="json")


def guard_date(new: New, case: Case) -> None:
    """A business date may lie in the future only for facts that are scheduled."""
    if new.fact.effective > case.today and not new.fact.SCHEDULED:
        raise Refusal(
            Refused.DATE_MUST_NOT_LIE_IN_THE_FUTURE,
            field=new.fact.EFFECTIVE,
            date=new.fact.effective.isoformat(),
            today=case.today.isoformat(),
        )


def named_subjects(request: Request) -> Iterable[str]:
    """Subjects a request mentions: likely to be read, so they are loaded before deciding."""
    yield LOG
    yield request.actor
    for value in request.command.__dict__.values():
        if isinstance(value, str):
            if kind_of(value) in FOLDS:
                yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, str) and kind_of(item) in FOLDS)
