"""Common ground of the life events: locks in one order, rights, the head, the trail."""

from beneficiaries.enums import Relation
from beneficiaries.models import Household, Person
from beneficiaries.queries import life
from welfare import audit, dates, history
from welfare.errors import Refusal

EDIT = "registry.edit"
NOBODY_LEFT = "本户已没有在册成员"


def begin(*, by, at, reason):
    """Every event begins so: a reason, and who acts. Returns today. Raises Refusal without a reason."""
    if not reason.strip():
        raise Refusal("请写明理由。", field="reason")
    history.stamp(by=by, at=at)
    return dates.today(at)


def hold(*households):
    """The households locked and read anew, in the order given; locked in the order of their ids."""
    rows = Household.objects.filter(pk__in={one.pk for one in households}).select_related("organisation")
    found = {one.pk: one for one in rows.select_for_update(of=("self",)).order_by("pk")}
    return [found[one.pk] for one in households]


def hold_person(person, *others):
    """The person and her household, both locked, and ``others`` (households) with them.

    Raises Refusal when she went to another household since the page was opened.
    """
    home = Person.objects.select_related("household").get(pk=person.pk).household
    home, *others = hold(home, *others)
    held = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if held.household_id != home.pk or held.household_id != person.household_id:
        raise Refusal("此人刚刚转入了其他户，请刷新后核对。")
    if held.merged_into_id:
        raise Refusal("此人已与另一条人员记录合并，请到保留的那条记录办理。")
    held.household = home
    return held, home, *others


def present(household):
    """The members living in the household now, locked, oldest record first."""
    found = Person.objects.filter(household=household).present()
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def need_right(by, *organisations):
    """Raise Refusal unless ``by`` (None is the system) may edit the registry at all of them."""
    for one in organisations:
        if by is not None and not by.may(EDIT, one):
            raise Refusal(f"您没有“{one}”的登记权限，不能办理。请由上一级或对方经办人办理。")


def need_current(household):
    """Raise Refusal when the household is archived."""
    if household.is_archived:
        raise Refusal(f"{household.number} 户已归档，请先恢复再办理。")


def need_day(day, on, *, field, what, since=None):
    """Raise Refusal when ``day`` lies ahead of today (``on``) or before ``since``."""
    if day > on:
        raise Refusal(f"{what}不能晚于今天。", field=field)
    if since and day < since:
        raise Refusal(f"{what}不能早于出生日期。", field=field)


def refuse_listed(entries, sentence):
    """Raise Refusal with the sentence when there is such an entry; ``{}`` becomes the list it stands on."""
    entry = entries.first()
    if entry is not None:
        raise Refusal(sentence.format(life.where_listed(entry)))


def settle_head(household, *, new_head, on):
    """See that the household has its head after somebody went; archive it when nobody is left.

    Returns what was done, in words ("" when nothing). Raises Refusal when a new head is needed and not
    named among those who stay.
    """
    members = present(household)
    if not members:
        if household.is_archived:
            return ""
        close(household, on=on, reason=NOBODY_LEFT)
        return f"{NOBODY_LEFT}，随之归档"
    if any(one.relation == Relation.HEAD for one in members):
        return ""
    chosen = next((one for one in members if new_head is not None and one.pk == new_head.pk), None)
    if chosen is None:
        raise Refusal("户主不在户内了，请从留下的成员中指定新的户主。", field="new_head")
    chosen.relation = Relation.HEAD
    chosen.save(update_fields=["relation"])
    return f"新户主：{chosen.name}"


def close(household, *, on, reason, into=None):
    """Put the archive marks on a locked household."""
    household.is_archived, household.archived_on = True, on
    household.archived_reason, household.merged_into = reason[:200], into
    household.save(update_fields=["is_archived", "archived_on", "archived_reason", "merged_into"])


def reopen(household):
    """Take the archive marks off a locked household."""
    household.is_archived, household.archived_on, household.archived_reason = False, None, ""
    household.save(update_fields=["is_archived", "archived_on", "archived_reason"])


def record(household, *, action, label, by, at, reason, before=None, after=None):
    """One event of the trail on a household; ``action`` is told under ``life.``."""
    audit.record(
        action=f"life.{action}",
        label=label,
        by=by,
        at=at,
        target=household,
        organisation=household.organisation,
        reason=reason,
        before=before,
        after=after,
    )


def refuse_head(relation, what="relation"):
    """Raise Refusal for a second head."""
    if relation == Relation.HEAD:
        raise Refusal("本户已有户主，请另选与户主的关系。", field=what)
