"""Who looks after whom: a household's cadres, a cadre's households, and how far an office's households are covered."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from beneficiaries.models import Household, Pairing, Person
from welfare.enums import Level
from welfare.models import Organisation

OPEN = Pairing.objects.filter(to_on=None)


def of_household(household):
    """Pairings of a household, those in force first."""
    rows = Pairing.objects.filter(household=household).select_related("cadre")
    return rows.order_by("-to_on", "-from_on", "pk")


def of_cadre(user):
    """The households that ``user`` looks after today, wherever they are: they are hers to visit.

    ``head_name`` and ``size`` come with them; what else she may see depends on her rights there.
    """
    members = Person.objects.filter(household=OuterRef("household")).present().order_by()
    size = members.values("household").annotate(count=Count("pk")).values("count")
    return (
        OPEN.filter(cadre=user, household__is_archived=False)
        .select_related("household__organisation")
        .annotate(
            head_name=Subquery(members.filter(relation="head").values("name")[:1]),
            size=Coalesce(Subquery(size), 0),
        )
        .order_by("household__organisation__path", "household__number", "pk")
    )


def households(user, permission="registry.view"):
    """Current households whose registry the user may read (and hold ``permission`` on), with ``head_name``,
    ``is_paired`` and ``cadre_names``."""
    names = OPEN.filter(household=OuterRef("pk")).order_by().values("household")
    names = names.annotate(names=StringAgg("cadre__full_name", "、", order_by=("cadre__full_name", "cadre")))
    rows = Household.objects.visible_to(user, "registry.view").visible_to(user, permission)
    return (
        rows.current()
        .select_related("organisation")
        .with_head_name()
        .annotate(
            is_paired=Exists(OPEN.filter(household=OuterRef("pk"))),
            cadre_names=Coalesce(Subquery(names.values("names")), Value(""), output_field=TextField()),
        )
    )


def narrowed(rows, *, organisation=None, is_paired=None, cadre=None):
    """Households below an organisation, (un)paired ones, those of one cadre; None asks for nothing."""
    if organisation is not None:
        rows = rows.filter(organisation__path__startswith=organisation.path)
    if cadre is not None:
        rows = rows.filter(pk__in=OPEN.filter(cadre=cadre).values("household"))
    return rows if is_paired is None else rows.filter(is_paired=is_paired)


def totals(user):
    """{"count": households, "paired": …, "cadres": …} over all that the user may read."""
    rows = Household.objects.visible_to(user, "registry.view").current()
    paired = Exists(OPEN.filter(household=OuterRef("pk")))
    found = rows.annotate(is_paired=paired).aggregate(
        count=Count("pk"), paired=Count("pk", Q(is_paired=True))
    )
    open_here = Pairing.objects.visible_to(user, "registry.view").filter(
        to_on=None, household__is_archived=False
    )
    return found | open_here.aggregate(cadres=Count("cadre", distinct=True))


def coverage(user):
    """The communities whose registry the user may read, with ``count``, ``paired``, ``unpaired`` and ``cadres``."""
    here = Household.objects.filter(organisation=OuterRef("pk")).current().order_by().values("organisation")
    paired = here.filter(Exists(OPEN.filter(household=OuterRef("pk"))))
    cadres = (
        OPEN.filter(household__organisation=OuterRef("pk"), household__is_archived=False)
        .order_by()
        .values("household__organisation")
        .annotate(n=Count("cadre", distinct=True))
        .values("n")
    )
    return (
        Organisation.objects.visible_to(user, "registry.view")
        .filter(level=Level.COMMUNITY, is_active=True)
        .select_related("parent")
        .annotate(
            count=Coalesce(Subquery(here.annotate(n=Count("pk")).values("n")), 0),
            paired=Coalesce(Subquery(paired.annotate(n=Count("pk")).values("n")), 0),
            cadres=Coalesce(Subquery(cadres), 0),
        )
        .annotate(unpaired=F("count") - F("paired"))
        .order_by("path")
    )


def cadres(user):
    """Cadres paired with households that the user may read: name, position and how many, most first."""
    rows = Pairing.objects.visible_to(user, "registry.view").filter(to_on=None, household__is_archived=False)
    return (
        rows.order_by()
        .values("cadre", "cadre__full_name", "cadre__position")
        .annotate(count=Count("pk"), communities=Count("household__organisation", distinct=True))
        .order_by("-count", "cadre__full_name", "cadre")
    )
