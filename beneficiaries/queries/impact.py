"""What a change of criteria would do, in words and numbers: who would come in, fall out, or move to another category.

Reads alone: two screenings are compared in SQL, and only the first of each kind, in places that may be seen, are named.
"""

from dataclasses import dataclass, field

from django.urls import reverse

from beneficiaries.enums import ProgrammeStatus, Unit
from beneficiaries.models import Household, Person, Programme
from beneficiaries.queries import facts
from beneficiaries.queries.screening import KINDS, compare, rows_of, tiers_by_unit, tiers_of
from beneficiaries.rules import eligibility, explanation
from welfare import scope

LOADERS = {
    Unit.HOUSEHOLD: facts.of_households,
    Unit.PERSON: facts.of_persons,
    Unit.INSTITUTION: facts.of_institutions,
}
RELATED = {
    Unit.HOUSEHOLD: ("organisation", "housing_danger"),
    Unit.PERSON: ("household__organisation", "household__housing_danger"),
    Unit.INSTITUTION: ("organisation",),
}


@dataclass(frozen=True)
class Side:
    """The criteria before or after: tiers in order of precedence, and how a family is counted."""

    tiers: list
    rule: str

    def named(self, key):
        return next((tier for tier in self.tiers if tier.key == key), None)


@dataclass(frozen=True)
class Row:
    """One for whom the new criteria decide otherwise."""

    name: str
    place: str
    url: str
    was: str
    becomes: str
    reason: str


@dataclass
class Group:
    """新符合, 不再符合 or 改列其他类别: how many, and the first of them by name."""

    label: str
    unit: str
    count: int
    rows: list = field(default_factory=list)


def side(programme, unit, *, by_code=False):
    """How ``programme`` decides on a unit now."""
    return Side(tiers_of(programme, unit, by_code=by_code), programme.family_rule)


def reach(programme, user):
    """Paths of the places where the programme is carried out and the user sees programmes."""
    covered = [organisation.path for organisation in programme.covered.all()] or [programme.organiser.path]
    mine = scope.paths(user, "programme.view")
    found = {path for path in covered for own in mine if path.startswith(own)}
    return sorted(found | {own for own in mine for path in covered if own.startswith(path)})


def earlier_version(programme):
    """The version of the same year that was in use before this one, or None: whom it let in would be judged anew."""
    earlier = Programme.objects.versions_of(programme).filter(
        year=programme.year,
        version__lt=programme.version,
        status__in=(ProgrammeStatus.APPROVED, ProgrammeStatus.CLOSED),
    )
    return earlier.order_by("-version").first()


def totals(earlier, later, *, on):
    """[(unit in words, {kind: count})] of what ``later`` changes wherever it is carried out. Numbers alone, nobody's name.

    A statement for each unit beside reading the criteria: for the office that decides on the whole programme.
    """
    paths = [organisation.path for organisation in later.covered.all()] or [later.organiser.path]
    old, new = tiers_by_unit(earlier), tiers_by_unit(later)
    found = []
    for unit in Unit:
        if unit in old or unit in new:
            sides = ((old.get(unit, []), earlier.family_rule), (new.get(unit, []), later.family_rule))
            found.append((unit.label, compare(unit, *sides, paths, on).counts))
    return found


def of_change(unit, old, new, *, user, paths, on):
    """[Group] for one unit, those without anybody left out. Named are people whom ``user`` may see in the registry."""
    seen = scope.paths(user, "registry.view")
    found = compare(unit, (old.tiers, old.rule), (new.tiers, new.rule), paths, on, seen_paths=seen)
    changed = [row for rows in found.rows.values() for row in rows]
    subjects = {
        row.pk: row for row in rows_of(unit, [one.pk for one in changed]).select_related(*RELATED[unit])
    }
    if unit == Unit.HOUSEHOLD:
        heads = Household.objects.filter(pk__in=subjects).with_head_name()
        names = dict(heads.values_list("pk", "head_name"))
    else:
        names = {pk: str(subject) for pk, subject in subjects.items()}
    before = LOADERS[unit](list(subjects.values()), on, old.rule)
    after = LOADERS[unit](list(subjects.values()), on, new.rule)
    return [
        Group(
            label,
            Unit(unit).label,
            found.counts[kind],
            [
                _row(one, subjects[one.pk], names[one.pk], (old, before[one.pk]), (new, after[one.pk]))
                for one in found.rows[kind]
            ],
        )
        for kind, label in KINDS.items()
        if found.counts[kind]
    ]


def _row(changed, subject, name, before, after):
    (old, old_facts), (new, new_facts) = before, after
    was, becomes = old.named(changed.was), new.named(changed.becomes)
    home = subject.household if isinstance(subject, Person) else subject
    return Row(
        name or "（无户主）",
        f"{home.organisation}{getattr(home, 'group_name', '')}",
        _address(subject, home),
        was.name if was else "—",
        becomes.name if becomes else "—",
        _reason(was, becomes, old, old_facts, new, new_facts),
    )


def _address(subject, home):
    page = "household" if isinstance(home, Household) else "institution"
    return reverse(page, args=[home.pk])


def _reason(was, becomes, old, old_facts, new, new_facts):
    """What kept it out before, or keeps it out now, with its own value."""
    if was is None:
        earlier = old.named(becomes.key)
        return f"原不符合：{_missed(earlier, old_facts)}" if earlier else "新增的类别"
    now = new.named(was.key)
    if now is None:
        return f"类别“{was.name}”不再设置"
    if eligibility.fits(now.nodes, new_facts, assumed=now.assumed):
        return f"优先次序在前的“{becomes.name}”也符合" if becomes else ""
    return f"现不符合：{_missed(now, new_facts)}"


def _missed(tier, own):
    return explanation.missed(tier.nodes, own, assumed=tier.assumed) or "只能由人认定"
