"""Vocabulary of queries: ``with_*`` annotates, adjectives filter."""

from django.db.models import OuterRef, Q, Subquery

from beneficiaries.enums import ProgrammeStatus
from welfare import scope
from welfare.scope import ScopedQuerySet

IN_USE = (ProgrammeStatus.APPROVED, ProgrammeStatus.CLOSED)


class HouseholdQuerySet(ScopedQuerySet):
    def current(self):
        """Not archived."""
        return self.filter(is_archived=False)

    def with_head_name(self):
        """``head_name``: the name of the living head."""
        heads = self._people().filter(household=OuterRef("pk"), relation="head").present()
        return self.annotate(head_name=Subquery(heads.values("name")[:1]))

    def _people(self):
        return self.model._meta.get_field("members").related_model.objects


class PersonQuerySet(ScopedQuerySet):
    def present(self):
        """Living and not moved away."""
        return self.filter(died_on=None, left_on=None)


class ProgrammeQuerySet(ScopedQuerySet):
    """Programmes hold no person: an office also sees the programmes in use of the offices above it."""

    def visible_to(self, user, permission=None):
        """Programmes organised in the user's organisations, and approved ones organised above them."""
        above = {int(part) for path in scope.paths(user, permission) for part in path.strip("/").split("/")}
        in_use = Q(organiser__in=above, status__in=IN_USE)
        return self.filter(scope.condition(user, self.model.scope_path, permission) | in_use)

    def in_use(self):
        """Approved: rosters may be drawn up."""
        return self.filter(status=ProgrammeStatus.APPROVED)


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
