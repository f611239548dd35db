"""Who sees what of an attachment.

**The clerk of the household** (registry.view at its community) sees all of it, on the household's page.

**An employer or a school** (registry.view at that organisation) sees a list of its own people and nothing
else of them, each fact for its own purpose only:

* both: name, sex, age in years (never the day of birth), department or class, since when;
* as employer: the state of work, kind and grade of a disability (the quota of disabled staff is the employer's
  duty), and categories held by the person herself whose label is not sensitive (困难职工, 劳模, 退役军人 …):
  none that tells of illness, disability or childhood, and none of the household's;
* as school: the stage of schooling, and no category at all.

Never: ID number, phone, address, community or household, relatives, income, health, illness, bank card,
certificate number, notes. Who has died, left or been merged away is not listed. The rows are plain values of
these columns, not model instances, so that a template cannot reach further.
"""

from datetime import date
from typing import NamedTuple

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from beneficiaries.enums import AttachmentPurpose, DisabilityKind, SchoolStage, Sex
from beneficiaries.models import Attachment, Hardship
from welfare import pinyin
from welfare.identity import age_on

COLUMNS = (
    *("pk", "organisation__name", "purpose", "place", "from_on"),
    *("person__name", "person__sex", "person__birth_on"),
    *("person__work_state__name", "person__disability_kind", "person__disability_grade"),
    *("person__school_stage", "open_categories"),
)


class OwnPerson(NamedTuple):
    """One row of 本单位人员: all that an attached organisation may know."""

    name: str
    sex: str
    age: int | None
    organisation: str
    purpose: str
    place: str
    from_on: date
    facts: str


def of_household(household):
    """Attachments of the household's people, for its own community: those in force first."""
    rows = Attachment.objects.filter(person__household=household).select_related("person", "organisation")
    return rows.order_by("-to_on", "person", "pk")


def own_people(user):
    """Attachments in force of present people, at the organisations where ``user`` may read the registry."""
    open_held = Hardship.objects.filter(person=OuterRef("person"), to_on=None, category__is_sensitive=False)
    names = (
        open_held.order_by().values("person").annotate(names=StringAgg("category__name", "、", distinct=True))
    )
    return (
        Attachment.objects.visible_to(user, "registry.view")
        .filter(to_on=None, person__died_on=None, person__left_on=None, person__merged_into=None)
        .annotate(
            open_categories=Coalesce(Subquery(names.values("names")), Value(""), output_field=TextField())
        )
        .order_by("organisation__path", "person__name", "pk")
        .values(*COLUMNS)
    )


def named(rows, text):
    """Those whose name or pinyin is like ``text``."""
    terms = pinyin.query_terms(text)
    return rows.filter(person__search_terms__contains=terms) if terms else rows.none()


def shown(row, on):
    """A row of ``own_people`` as the list shows it."""
    born = row["person__birth_on"]
    return OwnPerson(
        name=row["person__name"],
        sex=Sex(row["person__sex"]).label,
        age=age_on(born, on) if born else None,
        organisation=row["organisation__name"],
        purpose=AttachmentPurpose(row["purpose"]).label,
        place=row["place"],
        from_on=row["from_on"],
        facts="；".join(filter(None, _facts(row))),
    )


def _facts(row):
    if row["purpose"] == AttachmentPurpose.SCHOOL:
        return [SchoolStage(row["person__school_stage"]).label if row["person__school_stage"] else ""]
    return [row["person__work_state__name"] or "", _disability(row), row["open_categories"]]


def _disability(row):
    kind, grade = row["person__disability_kind"], row["person__disability_grade"]
    return f"{DisabilityKind(kind).label}残疾{'一二三四'[grade - 1] + '级' if grade else ''}" if kind else ""
