"""Pairs of persons that might be one, and what speaks for and against it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from beneficiaries.enums import DuplicateReason, HelpState, Verdict
from beneficiaries.models import BankAccount, DuplicatePair, Evidence, Hardship, HelpGiven, RosterEntry
from beneficiaries.queries import changes
from beneficiaries.rules import same_person
from welfare import masking, money
from welfare.enums import JobState
from welfare.models import Job

_PEOPLE = ("first__household__organisation", "second__household__organisation")
_CODES = ("listed_disease", "veteran_kind", "ethnic_group", "marriage", "work_state")
OPEN = "open"
NOTHING = "—"


def for_table(user, standing=OPEN):
    """The pairs over both of which the user may read, with all the list shows, one statement; open ones, or those
    found to be different."""
    found = DuplicatePair.objects.visible_to(user, "registry.view").select_related(*_PEOPLE, "judged_by")
    found = found.open() if standing == OPEN else found.filter(verdict=Verdict.DIFFERENT)
    return found.defer(
        *(f"{side}__{name}" for side in ("first", "second") for name in ("phone", "disability_certificate"))
    )


def for_page():
    """Pairs with everything that their page reads of the two persons."""
    codes = [f"{side}__{name}" for side in ("first", "second") for name in _CODES]
    return DuplicatePair.objects.select_related(*_PEOPLE, "judged_by", *codes)


def reason_labels(pair):
    """Why they look alike, in words."""
    return [DuplicateReason(reason).label for reason in pair.reasons]


def last_scan(user, kind):
    """The newest finished scan over one of the user's places, or None: its message says what it found."""
    jobs = Job.objects.visible_to(user, "registry.edit").filter(kind=kind, state=JobState.DONE)
    return jobs.select_related("organisation").order_by("-finished_at").first()


@dataclass(frozen=True)
class Line:
    """One line of the comparison: ``group`` names what may be taken, empty for what cannot."""

    label: str
    first: str
    second: str
    group: str = ""

    @property
    def standing(self):
        """same, different, or one: only one of the two records says something."""
        if self.first == self.second:
            return "same"
        return "one" if NOTHING in (self.first, self.second) else "different"


def comparison(pair):
    """The two records side by side, as ``Line``s where either says something: where they live, their facts, what
    hangs on them. Seven statements."""
    first, second = pair.first, pair.second
    lines = [Line(label, of(first), of(second)) for label, of in _PLACES]
    differing = same_person.differing(first, second)
    lines += [
        Line(label, shown(first, names), shown(second, names), group if group in differing else "")
        for group, (label, names) in same_person.GROUPS.items()
    ]
    both = [first.pk, second.pk]
    for label, of in _hanging(pair, both):
        lines.append(Line(label, of[first.pk], of[second.pk]))
    return [line for line in lines if (line.first, line.second) != (NOTHING, NOTHING)]


def shown(person, names):
    """A group of facts in words; numbers masked."""
    said = []
    for name in names:
        field = person._meta.get_field(name)
        value = getattr(person, name)
        if name == "is_veteran":
            said.append("退役军人" if value else "")
        elif name == "is_counted":
            said.append("计入" if value else "不计入")
        elif name == "disability_grade":
            said.append(f"{value}级" if value else "")
        elif field.is_relation:
            said.append(str(value) if value else "")
        elif value not in (None, ""):
            said.append(changes.shown(field, value, None))
    return " ".join(part for part in said if part) or NOTHING


_PLACES = (
    ("村(社区)", lambda one: f"{one.household.organisation}{one.household.group_name}"),
    ("户编号", lambda one: one.household.number),
    ("与户主关系", lambda one: one.get_relation_display()),
    ("在册情况", lambda one: _standing(one)),
    ("登记日期", lambda one: f"{one.registered_on:%Y-%m-%d}" if one.registered_on else "—"),
)


def _standing(person):
    if person.died_on:
        return f"{person.died_on:%Y-%m-%d} 去世"
    return f"{person.left_on:%Y-%m-%d} 迁出" if person.left_on else "在册"


def _hanging(pair, both):
    """[(label, {person id: words})] of hardships, cards, help, evidence and rosters."""
    homes = {pair.first_id: pair.first.household_id, pair.second_id: pair.second.household_id}
    held = defaultdict(list)
    for one in Hardship.objects.filter(person__in=both, to_on=None).select_related("category").order_by("pk"):
        held[one.person_id].append(str(one.category))
    cards = defaultdict(list)
    for card in BankAccount.objects.filter(person__in=both).order_by("-is_current", "pk"):
        cards[card.person_id].append(
            f"{card.bank_name} {masking.mask_bank(card.number)}{'' if card.is_current else '（停用）'}"
        )
    evidence = dict(
        Evidence.objects.filter(person__in=both, voided_at=None)
        .order_by()
        .values_list("person")
        .annotate(Count("pk"))
    )
    return [
        ("本人持有的困难类别", {pk: "、".join(held[pk]) or NOTHING for pk in both}),
        ("银行卡", {pk: "；".join(cards[pk]) or NOTHING for pk in both}),
        ("本人已获救助", _helped("person", {pk: pk for pk in both})),
        ("全户已获救助", _helped("household", homes)),
        ("证明材料", {pk: f"{evidence[pk]} 件" if pk in evidence else NOTHING for pk in both}),
        ("列入名册", _listed(both)),
    ]


def _helped(unit, ids):
    """{person id: 2 次，合计 500.00 元} received by the persons or by their households."""
    given = HelpGiven.objects.filter(**{f"{unit}__in": set(ids.values())}, state=HelpState.RECEIVED)
    sums = {
        pk: (count, total)
        for pk, count, total in given.order_by().values_list(unit).annotate(Count("pk"), Sum("amount"))
    }
    return {
        pk: f"{sums[of][0]} 次，慰问金 {money.show(sums[of][1])} 元" if of in sums else "—"
        for pk, of in ids.items()
    }


def _listed(both):
    found = defaultdict(list)
    entries = RosterEntry.objects.filter(Q(person__in=both)).select_related("programme").order_by("pk")
    for entry in entries:
        found[entry.person_id].append(f"《{entry.programme}》{entry.get_status_display()}")
    return {pk: "；".join(found[pk]) or NOTHING for pk in both}
