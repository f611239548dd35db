"""Who sees what: the only way to scope a queryset.

A model that holds personal data inherits ``ScopedModel`` and names in ``scope_path`` the lookup to
the organisation (or organisations) it belongs to: ``"organisation"``, ``"household__organisation"``,
``""`` for Organisation itself, or a tuple of them. A model without personal data says why in
``unscoped``. A test visits every model.
"""

from django.db import models
from django.db.models import Q

from welfare import roles


def paths(user, permission=None):
    """Tree paths of the organisations whose cases ``user`` may see (with ``permission``, if given)."""
    return [
        held.organisation.path
        for held in roles.assignments_of(user)
        if roles.ROLES[held.role].sees_cases
        and (permission is None or permission in roles.ROLES[held.role].permissions)
    ]


def condition(user, scope_path, permission=None):
    """Q that keeps the rows below the user's organisations, through ``scope_path``."""
    scope_paths = (scope_path,) if isinstance(scope_path, str) else scope_path
    wanted = Q()
    for prefix in paths(user, permission):
        for lookup in scope_paths:
            wanted |= Q(**{f"{lookup}__path__startswith" if lookup else "path__startswith": prefix})
    return wanted or Q(pk__in=[])


class ScopedQuerySet(models.QuerySet):
    """QuerySet that every view starts with: ``Model.objects.visible_to(user)``."""

    def visible_to(self, user, permission=None):
        """Rows of the organisations where ``user`` holds a role (with ``permission``, if given), and below."""
        return self.filter(condition(user, self.model.scope_path, permission))


class ScopedModel(models.Model):
    """Base of every model that holds personal data."""

    scope_path = "organisation"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def scope_organisation(self):
        """The organisation this row belongs to, followed along ``scope_path`` (its first, if several)."""
        first = self.scope_path if isinstance(self.scope_path, str) else self.scope_path[0]
        found = self
        for name in first.split("__") if first else []:
            found = getattr(found, name)
            if found is None:
                return None
        return found
