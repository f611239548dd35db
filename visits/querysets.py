"""Who sees visits: the members of their teams, and whoever holds visit.view over their organisation."""

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q

from beneficiaries.enums import Relation
from beneficiaries.models import Person
from visits.enums import IN_PERSON, NeedStatus, VisitStatus
from welfare import scope
from welfare.scope import ScopedQuerySet


def heads(path="household__members", *more):
    """Prefetch that gives households their present head alone, with the name and ``more`` fields.

    Without more, no number is decrypted for a list that shows none.
    """
    people = (
        Person.objects.filter(relation=Relation.HEAD).present().only("household", "name", "relation", *more)
    )
    return Prefetch(path, people)


class TeamScopedQuerySet(ScopedQuerySet):
    """``visible_to``: rows of my teams (``team_path`` leads to the team), and rows of the organisations
    over which I hold visit.view. A visitor's role alone opens nothing: see ``roles.Role.sees_cases``.
    """

    def visible_to(self, user, permission="visit.view"):
        over = scope.condition(user, self.model.scope_path, permission)
        return self.filter(over | self._of_teams_of(user))

    def of_teams_of(self, user):
        """Rows of the teams that ``user`` is a member of."""
        return self.filter(self._of_teams_of(user))

    def _of_teams_of(self, user):
        if not user.is_authenticated or not user.is_active:
            return Q(pk__in=[])
        members = self.model._meta.apps.get_model("visits", "TeamMember")
        mine = members._base_manager.filter(user=user).values("team_id")
        path = self.model.team_path
        return Q(**{f"{path}__in" if path else "pk__in": mine})


class TeamQuerySet(TeamScopedQuerySet):
    def with_counts(self):
        """``visit_count`` (not cancelled) and ``member_count``."""
        return self.annotate(
            member_count=Count("members", distinct=True),
            visit_count=Count("visits", filter=~Q(visits__status=VisitStatus.CANCELLED), distinct=True),
        )


class VisitQuerySet(TeamScopedQuerySet):
    def planned(self):
        return self.filter(status=VisitStatus.PLANNED)

    def live(self):
        """Planned or done: what keeps an entry from being forgotten."""
        return self.filter(status__in=[VisitStatus.PLANNED, VisitStatus.DONE])

    def for_table(self, *more):
        """With everything a list shows; ``more`` fields of the heads of household, as their phone."""
        return (
            self.select_related(
                "team__programme",
                "organisation",
                "household",
                "entry__category",
                "entry__person",
                "entry__institution",
            )
            .prefetch_related(heads("household__members", *more))
            .with_announced()
        )

    def with_announced(self):
        """``is_told``: the household was told of the day as it stands now."""
        notices = self.model._meta.apps.get_model("visits", "AdvanceNotice")
        told = notices._base_manager.filter(visit=OuterRef("pk"), for_on=OuterRef("planned_on"))
        return self.annotate(is_told=Exists(told))

    def to_announce(self):
        """Planned, in person, to be told ahead by the programme, and not yet told of its day."""
        return (
            self.planned()
            .filter(mode__in=IN_PERSON, team__programme__advance_notice_days__gt=0)
            .with_announced()
            .filter(is_told=False)
        )

    def awaiting_confirmation(self):
        """Done, and fewer members have put their names to it than the programme asks."""
        return self.filter(status=VisitStatus.DONE, confirmed_at=None)

    def in_order(self):
        """By day, slot and team."""
        return self.order_by("planned_on", F("slot_from").asc(nulls_last=True), "team_id", "pk")


class NeedQuerySet(TeamScopedQuerySet):
    def open(self):
        return self.filter(status=NeedStatus.OPEN)

    def for_table(self):
        return self.select_related(
            "organisation", "household", "visit__entry__institution", "visit__team__programme"
        ).prefetch_related(heads())
