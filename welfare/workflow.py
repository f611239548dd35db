"""The gate: the only place where a ``status`` changes.

Each machine is a table of moves. ``perform`` does one move as one act: lock the row, check
permission, source state, four eyes and guards, apply and stamp, save, audit; effects start on
commit. The same checks, without the lock, draw the buttons (``options``), and the table prints
itself as a diagram (``Machine.mermaid``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from welfare import audit
from welfare.errors import Refusal
from welfare.models import DutyRecord

MACHINES = {}


class Refused(Refusal):
    """The gate declines. ``kind``: permission, state, four_eyes, reason or guard."""

    def __init__(self, message, *, kind):
        super().__init__(message)
        self.kind = kind


class StatusField(models.CharField):
    """A status. Written by the gate alone; a new row begins with the default."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


def status_known(statuses, name):
    """CHECK constraint that a status is one of ``statuses``."""
    return models.CheckConstraint(condition=Q(status__in=statuses.values), name=name)


@dataclass
class Attempt:
    """One try at a move: what guards, targets and changes are given."""

    subject: models.Model
    move: "Move"
    by: object
    at: datetime
    reason: str = ""
    data: dict = field(default_factory=dict)
    is_rehearsal: bool = False  # True when only asking (options): ``data`` is what the page knows already
    duties: list | None = None  # the user's duty records on the cases, where they were read already


@dataclass(frozen=True)
class Move:
    """One row of a machine's table.

    ``target`` is a status, or a function of the Attempt; then ``targets`` lists what it may return.
    ``guards`` return None or the Chinese sentence why not. ``bars`` are duties, done at another stage
    of any of the cases, that forbid this move (four eyes); ``duty`` is what it records.
    ``level`` (a function of the subject) asks for the permission at that level or above.
    ``permission`` None means the system acts (by=None) or anyone whom the calling service has checked.
    """

    name: str
    label: str
    sources: tuple
    target: str | Callable
    permission: str | None
    targets: tuple = ()
    guards: tuple = ()
    needs_reason: bool = False
    stamp: str = ""
    duty: str = ""
    bars: frozenset = frozenset()
    level: Callable | None = None
    change: Callable | None = None
    effects: tuple = ()
    tone: str = "primary"

    @property
    def possible_targets(self):
        return self.targets or (self.target,)


@dataclass(frozen=True)
class Machine:
    """A model's life. ``cases(subject)`` names the rows whose duty records four eyes look at;
    ``stage(subject)`` tells steps of one procedure apart (same stage is no conflict)."""

    model: str
    label: str
    statuses: type
    initial: str
    moves: tuple
    cases: Callable = lambda subject: [subject]
    stage: Callable = lambda subject: ""
    organisation: Callable = lambda subject: subject.scope_organisation()

    def move(self, name):
        """The move of that name. Raises KeyError."""
        for move in self.moves:
            if move.name == name:
                return move
        raise KeyError(f"{self.model} has no move {name}")

    def mermaid(self):
        """The table as a mermaid state diagram, Chinese labels.

        Moves whose target is chosen among many meet in one choice, drawn once.
        """
        lines = ["stateDiagram-v2"]
        lines += [f"    {value}: {label}" for value, label in self.statuses.choices]
        lines.append(f"    [*] --> {self.initial}")
        choices = {}
        for move in self.moves:
            targets = tuple(sorted(str(target) for target in move.possible_targets))
            if len(targets) > 2:
                targets = (choices.setdefault(targets, f"choice{len(choices) + 1}"),)
            for source in move.sources:
                lines += [f"    {source} --> {target}: {move.label}" for target in targets]
        for targets, choice in choices.items():
            lines.append(f"    state {choice} <<choice>>")
            lines += [f"    {choice} --> {target}" for target in targets]
        return "\n".join(lines)


def register(machine):
    """Add a machine to the house (from an app's ``workflows`` module); returns it."""
    MACHINES[machine.model.lower()] = machine
    return machine


def machine_of(subject):
    """The machine of a model class or instance."""
    return MACHINES[subject._meta.label_lower]


# -- the checks, shared by the gate and the buttons ------------------------------------------------


def refusal(machine, attempt):
    """The first reason why the attempt may not happen, as a Refused; None when it may."""
    subject, move = attempt.subject, attempt.move
    if move.permission is not None:
        level = move.level(subject) if move.level else None
        if not attempt.by.may(move.permission, machine.organisation(subject), level=level):
            return Refused(f"您没有“{move.label}”的权限。", kind="permission")
    if subject.status not in move.sources:
        now = machine.statuses(subject.status).label
        return Refused(
            f"{machine.label}现为“{now}”，不能“{move.label}”。页面可能已过时，请刷新后再看。", kind="state"
        )
    return (
        _four_eyes(machine, attempt)
        or _reason(attempt)
        or next((Refused(no, kind="guard") for guard in move.guards if (no := guard(attempt))), None)
    )


def _four_eyes(machine, attempt):
    move = attempt.move
    if not move.bars or attempt.by is None:
        return None
    done = attempt.duties
    if done is None:
        done = duties_of(attempt.by, machine.cases(attempt.subject)).filter(duty__in=move.bars)
    stage = machine.stage(attempt.subject)
    earlier = next(
        (one for one in done if one.duty in move.bars and not (stage and one.stage == stage)), None
    )
    if earlier:
        what = DUTY_NAMES.get(earlier.duty, earlier.duty)
        return Refused(
            f"您已在此前环节承担{what}，不能再“{move.label}”，请由其他人员办理。", kind="four_eyes"
        )
    return None


def _reason(attempt):
    if attempt.move.needs_reason and not attempt.is_rehearsal and not attempt.reason.strip():
        return Refused(f"“{attempt.move.label}”须写明理由。", kind="reason")
    return None


# -- duties ----------------------------------------------------------------------------------------

DUTY_NAMES = {
    "drafting": "起草（经办）",
    "assessing": "评议",
    "submitting": "提交",
    "checking": "抽查",
    "approving": "审核审批",
    "paying": "造表付款",
    "handing_out": "出纳发放",
    "confirming": "复核",
}


def record_duty(case, *, by, duty, at, stage=""):
    """Remember that ``by`` did ``duty`` on ``case`` at ``stage``; once per person, duty and stage."""
    DutyRecord.objects.get_or_create(
        case_type=case._meta.label_lower,
        case_id=case.pk,
        user=by,
        duty=duty,
        stage=stage,
        defaults={"at": at},
    )


def duty_records(cases):
    """Everybody's duty records on any of the cases."""
    wanted = Q(pk__in=[])
    for case in cases:
        wanted |= Q(case_type=case._meta.label_lower, case_id=case.pk)
    return DutyRecord.objects.filter(wanted)


def duties_of(user, cases):
    """The user's duty records on any of the cases."""
    return duty_records(cases).filter(user=user).order_by("at")


# -- the gate --------------------------------------------------------------------------------------


@transaction.atomic
def perform(subject, move_name, *, by, at, reason="", **data):
    """Do one move. Returns the subject, freshly locked, saved and carrying its new status.

    Raises Refused with the sentence for the person when it may not happen; then nothing is written.
    Two at once: the second waits for the first, then is refused by the state it finds.
    ``data`` is handed to guards and ``change``. The caller's instance is brought up to date.
    """
    machine = machine_of(subject)
    move = machine.move(move_name)
    locked = type(subject)._base_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    attempt = Attempt(locked, move, by, at, reason, data)
    refused = refusal(machine, attempt)
    if refused:
        raise refused
    stage, before = machine.stage(locked), locked.status
    if move.change:
        move.change(attempt)
    locked.status = move.target(attempt) if callable(move.target) else move.target
    if move.stamp:
        setattr(locked, f"{move.stamp}_at", at)
        setattr(locked, f"{move.stamp}_by", by)
    locked.save()
    if move.duty and by is not None:
        record_duty(machine.cases(locked)[0], by=by, duty=move.duty, at=at, stage=stage)
    audit.record(
        action=f"{machine.model}.{move.name}",
        label=f"{machine.label}：{move.label}",
        by=by,
        at=at,
        target=locked,
        organisation=machine.organisation(locked),
        reason=reason,
        before={"status": before},
        after={"status": locked.status},
    )
    for effect in move.effects:
        transaction.on_commit(lambda effect=effect: effect(locked.pk))
    subject.__dict__.update(locked.__dict__)
    return subject


@transaction.atomic
def perform_many(queryset, move_name, *, by, at, reason=""):
    """Do one guardless, changeless move on every row of ``queryset`` that is in a source state.

    Set-based: one lock, one UPDATE, audit events in bulk. The caller has authorised the act (it is
    part of a move it performs on the whole, such as a roster). Returns the number of rows moved.
    """
    machine = MACHINES[queryset.model._meta.label_lower]
    move = machine.move(move_name)
    if move.guards or move.change or callable(move.target) or move.bars:
        raise TypeError(f"{machine.model}.{move.name} must be performed one by one")
    rows = list(queryset.filter(status__in=move.sources).order_by("pk").select_for_update(of=("self",)))
    changes = {"status": move.target}
    if move.stamp:
        changes |= {f"{move.stamp}_at": at, f"{move.stamp}_by": by}
    queryset.model._base_manager.filter(pk__in=[row.pk for row in rows]).update(**changes)
    organisations = {}
    audit.record_many(
        {
            "action": f"{machine.model}.{move.name}",
            "label": f"{machine.label}：{move.label}",
            "by": by,
            "at": at,
            "target": row,
            "organisation": _remember(organisations, machine, row),
            "reason": reason,
            "before": {"status": row.status},
            "after": {"status": move.target},
        }
        for row in rows
    )
    return len(rows)


def _remember(organisations, machine, row):
    """The row's organisation, looked up once per foreign key value, so that thousands cost one query each."""
    first = row.scope_path if isinstance(row.scope_path, str) else row.scope_path[0]
    key = getattr(row, f"{first.split('__')[0]}_id", row.pk)
    if key not in organisations:
        organisations[key] = machine.organisation(row)
    return organisations[key]


@dataclass(frozen=True)
class Option:
    """A move as a button: allowed, or disabled with the guard's own sentence."""

    move: Move
    why_not: str

    @property
    def is_allowed(self):
        return not self.why_not


def options(subject, *, by, at, known=None):
    """The moves that ``by`` could think of making now: right state and permission; refused ones say why.

    ``known`` is handed to the guards as ``data``: what the page has read already, so that they need not.
    """
    machine = machine_of(subject)
    duties, found = list(duties_of(by, machine.cases(subject))), []
    for move in machine.moves:
        if subject.status not in move.sources or move.permission is None:
            continue
        attempt = Attempt(subject, move, by, at, data=known or {}, is_rehearsal=True, duties=duties)
        no = refusal(machine, attempt)
        if no is None or no.kind in {"four_eyes", "guard"}:
            found.append(Option(move, no.message if no else ""))
    return found


def why_not(subject, move_name, *, by, at):
    """The sentence why ``by`` could not make this move now, or ""; what only a form supplies is not asked yet."""
    no = refused(subject, move_name, by=by, at=at)
    return no.message if no else ""


def refused(subject, move_name, *, by, at, known=None, duties=None):
    """As ``why_not``, the Refused itself or None; ``known`` and ``duties`` are what the page has read already."""
    machine = machine_of(subject)
    move = machine.move(move_name)
    return refusal(
        machine,
        Attempt(subject, move, by, at, data=known or {}, is_rehearsal=True, duties=duties),
    )


def all_machines():
    """Every machine of the house, in order of app and model."""
    order = [model._meta.label_lower for model in apps.get_models()]
    return sorted(MACHINES.values(), key=lambda machine: order.index(machine.model.lower()))
