"""Vocabulary of queries: ``with_*`` annotates, adjectives filter."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import EmptyResultSet
from django.db.models import (
    DateField,
    DecimalField,
    Exists,
    Field,
    ForeignObject,
    Lookup,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Collate
from django.db.models.lookups import StartsWith

from beneficiaries.enums import ProgrammeStatus, Relation
from welfare import scope
from welfare.scope import ScopedQuerySet

# What a list is ordered by where the fact may be missing: an index holds these very expressions.
INCOME_OR_LOWEST = Coalesce("monthly_income", Value(Decimal(-1)), output_field=DecimalField())
FACTS_OR_EARLIEST = Coalesce("facts_on", Value(date(1, 1, 1)), output_field=DateField())
NUMBER_AS_BYTES = Collate("number", "C")
IN_USE = (ProgrammeStatus.APPROVED, ProgrammeStatus.CLOSED)


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """``household__any_of=ids``: as ``in``, for thousands of ids, which go to the database as one array."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        if not self.rhs:
            raise EmptyResultSet
        left, values = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*values, list(self.rhs)]


def numbered(text):
    """Q for households whose number begins with ``text``, as typed or in capitals: read from an index."""
    typed, capital = (StartsWith(NUMBER_AS_BYTES, one) for one in (text, text.upper()))
    return Q(typed) if text == text.upper() else Q(typed) | Q(capital)


class HouseholdQuerySet(ScopedQuerySet):
    def current(self):
        """Not archived."""
        return self.filter(is_archived=False)

    def with_head_name(self):
        """``head_name``: the name of the living head, None without one; for a page of a list use ``households.complete``."""
        people = self.model._meta.get_field("members").related_model.objects
        heads = people.filter(household=OuterRef("pk"), relation=Relation.HEAD).present().order_by()
        return self.annotate(head_name=Subquery(heads.values("name")[:1]))


class PersonQuerySet(ScopedQuerySet):
    def present(self):
        """Living and not moved away."""
        return self.filter(died_on=None, left_on=None)

    def with_head_name(self):
        """``head_name``: the name of the head of the person's household, None without one."""
        heads = self.model.objects.filter(household=OuterRef("household"), relation=Relation.HEAD).present()
        heads = heads.order_by()  # one at most
        return self.annotate(head_name=Subquery(heads.values("name")[:1]))


class ProgrammeQuerySet(ScopedQuerySet):
    """Programmes hold no person: an office also sees the programmes in use of the offices above it."""

    def visible_to(self, user, permission=None):
        """Programmes organised in the user's organisations, and approved ones organised above them."""
        above = {int(part) for path in scope.paths(user, permission) for part in path.strip("/").split("/")}
        in_use = Q(organiser__in=above, status__in=IN_USE)
        return self.filter(scope.condition(user, self.model.scope_path, permission) | in_use)

    def versions_of(self, programme):
        """``programme`` and its other versions and years: one office's, for codes are each office's own."""
        return self.filter(organiser=programme.organiser_id, code=programme.code)

    def of_framework(self, programme):
        """Those under that framework, whichever of its versions of the year they were put under."""
        versions = self.model.objects.versions_of(programme).filter(year=programme.year)
        return self.filter(parent__in=versions.order_by().values("pk"))

    def next_version(self, organiser, code):
        """The number that the next programme of that office and code bears."""
        last = self.filter(organiser=organiser, code=code).aggregate(last=Max("version"))["last"]
        return (last or 0) + 1

    def in_use(self):
        """Approved, in their newest approved version: rosters may be drawn up."""
        return self.not_replaced().filter(status=ProgrammeStatus.APPROVED)

    def not_replaced(self):
        """Without those of which the office has approved a newer version for the same year."""
        newer = self.model.objects.filter(
            organiser=OuterRef("organiser"),
            code=OuterRef("code"),
            year=OuterRef("year"),
            version__gt=OuterRef("version"),
            status=ProgrammeStatus.APPROVED,
        )
        return self.filter(~Exists(newer))


class DuplicatePairQuerySet(ScopedQuerySet):
    """Pairs of persons: seen by who may see both of them."""

    def visible_to(self, user, permission=None):
        """Pairs both of whose persons lie in the user's organisations."""
        first, second = self.model.scope_path
        return self.filter(
            scope.condition(user, first, permission), scope.condition(user, second, permission)
        )

    def open(self):
        """Not judged yet, and both persons still on file as themselves."""
        return self.filter(verdict="", first__merged_into=None, second__merged_into=None)
