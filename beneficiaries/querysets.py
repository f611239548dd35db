"""Vocabulary of registry queries: ``with_*`` annotates, adjectives filter."""

from django.db.models import OuterRef, Prefetch, Subquery

from welfare.scope import ScopedQuerySet


class HouseholdQuerySet(ScopedQuerySet):
    def current(self):
        """Not archived."""
        return self.filter(is_archived=False)

    def with_head_name(self):
        """``head_name``: the name of the living head."""
        heads = self._people().filter(household=OuterRef("pk"), relation="head").present()
        return self.annotate(head_name=Subquery(heads.values("name")[:1]))

    def with_members(self):
        """Present members prefetched."""
        return self.prefetch_related(Prefetch("members", self._people().present()))

    def _people(self):
        return self.model._meta.get_field("members").related_model.objects


class PersonQuerySet(ScopedQuerySet):
    def present(self):
        """Living and not moved away."""
        return self.filter(died_on=None, left_on=None)
