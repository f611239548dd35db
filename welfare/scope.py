"""Who sees what: the only way to scope a queryset.

A model that holds personal data inherits ``ScopedModel`` and names in ``scope_path`` the lookup to
the organisation (or organisations) it belongs to: ``"organisation"``, ``"household__organisation"``,
``""`` for Organisation itself, or a tuple of them. A model without personal data says why in
``unscoped``. A test visits every model.
"""

from django.apps import apps
from django.db import models
from django.db.models import Count, Max, Min, Q, Subquery

from welfare import roles

MOST_LISTED = 500


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


def listed_condition(user, scope_path, permission=None):
    """``condition`` by the ids of the organisations, for one ``scope_path`` that is not empty.

    An index that begins with the organisation then gives every office its own rows in order, without passing
    those of all the others.
    """
    inside = Q(pk__in=[])
    for prefix in paths(user, permission):
        inside |= Q(path__startswith=prefix)
    return by_ids(inside, scope_path) or condition(user, scope_path, permission)


def by_ids(inside, scope_path):
    """Q that keeps the rows of the organisations that meet ``inside``, through ``scope_path``, by their ids.

    A subtree is mostly a run of ids, and else a list of at most MOST_LISTED. None for one that is neither.
    """
    everywhere = apps.get_model("welfare", "Organisation").objects.order_by()
    ids = everywhere.filter(inside).values("pk")
    edges = [Subquery(ids.order_by(order)[:1]) for order in ("pk", "-pk")]
    run = everywhere.filter(pk__gte=edges[0], pk__lte=edges[1])
    found = run.aggregate(first=Min("pk"), last=Max("pk"), others=Count("pk", filter=~inside))
    if found["first"] is None:
        return Q(pk__in=[])
    if found["first"] == found["last"]:
        return Q(**{scope_path: found["first"]})
    if not found["others"]:  # an id between them that is no organisation's has no rows
        return Q(**{f"{scope_path}__gte": found["first"], f"{scope_path}__lte": found["last"]})
    listed = sorted(ids.values_list("pk", flat=True)[: MOST_LISTED + 1])
    return Q(**{f"{scope_path}__in": listed}) if len(listed) <= MOST_LISTED else None


class ScopedQuerySet(models.QuerySet):
    """QuerySet that every view starts with: ``Model.objects.visible_to(user)``."""

    def visible_to(self, user, permission=None, *, is_long=False):
        """Rows of the organisations where ``user`` holds a role (with ``permission``, if given), and below.

        ``is_long``: a list read from an index that begins with the organisation (``listed_condition``).
        """
        by = listed_condition if is_long else condition
        return self.filter(by(user, self.model.scope_path, permission))


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
