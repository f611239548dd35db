"""Roles, the duties that exclude one another, and what a user sees."""

from datetime import timedelta

import pytest
from django.utils import timezone

from welfare import accounts, roles
from welfare.enums import Level
from welfare.errors import Refusal
from welfare.models import AuditEvent, Organisation, RoleAssignment, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    county = Organisation.objects.create(code="T1", name="测试县", level=Level.COUNTY)
    town = Organisation.objects.create(code="T11", name="测试镇", level=Level.TOWNSHIP, parent=county)
    village = Organisation.objects.create(code="T111", name="甲村", level=Level.COMMUNITY, parent=town)
    other = Organisation.objects.create(code="T112", name="乙村", level=Level.COMMUNITY, parent=town)
    return county, town, village, other


@pytest.fixture
def user():
    return User.objects.create_user("someone", full_name="某人")


def grant(user, role, organisation, **more):
    return accounts.grant(user=user, role=role, organisation=organisation, by=None, at=timezone.now(), **more)


def test_a_role_covers_its_organisation_and_everything_below(tree, user):
    county, town, village, _other = tree
    grant(user, "reviewer", town)
    assert user.may("roster.review", village)
    assert user.may("roster.review", town)
    assert not user.may("roster.review", county)


def test_a_duty_may_be_done_at_its_level_or_above_but_not_below(tree, user):
    county, town, village, _other = tree
    approver = User.objects.create_user("county", full_name="县")
    grant(approver, "approver", county)
    grant(user, "reviewer", town)
    assert approver.may("roster.review", village, level=Level.TOWNSHIP)
    assert user.may("roster.review", village, level=Level.TOWNSHIP)
    assert not user.may("roster.review", village, level=Level.COUNTY)


def test_drafting_and_deciding_exclude_one_another_over_overlapping_organisations(tree, user):
    _county, town, village, other = tree
    grant(user, "clerk", village)
    with pytest.raises(Refusal, match="不能在同一机构范围内兼任"):
        grant(user, "head", village)
    with pytest.raises(Refusal, match="不能在同一机构范围内兼任"):
        grant(user, "reviewer", town)
    grant(user, "head", other)


def test_a_role_fits_its_levels_only(tree, user):
    with pytest.raises(Refusal, match="不能设在"):
        grant(user, "reviewer", tree[2])


def test_an_expired_role_gives_nothing(tree, user):
    grant(user, "clerk", tree[2], expires_on=timezone.localdate() - timedelta(days=1))
    assert not user.may("roster.draft", tree[2])


def test_a_role_taken_away_acts_at_once_on_a_fresh_user(tree, user):
    held = grant(user, "clerk", tree[2])
    accounts.revoke(assignment=held, by=None, at=timezone.now(), reason="调岗")
    assert not User.objects.get(pk=user.pk).may("roster.draft", tree[2])
    assert AuditEvent.objects.filter(action="role.revoke", reason="调岗").count() == 1


def test_the_administrator_sees_no_case_and_a_clerk_sees_only_her_own_village(tree, user):
    _county, _town, village, other = tree
    clerk = User.objects.create_user("clerk", full_name="经办")
    grant(clerk, "clerk", village)
    grant(user, "administrator", tree[0])
    assert list(Organisation.objects.visible_to(user)) == []
    assert list(Organisation.objects.visible_to(clerk)) == [village]
    assert other not in Organisation.objects.visible_to(clerk)


def test_every_permission_is_held_by_some_role_and_every_exclusion_is_mutual():
    for first in roles.ROLES:
        for second in roles.ROLES:
            assert bool(roles.conflict(first, second)) == bool(roles.conflict(second, first))
    assert all(role.permissions or role.code == "assessor" for role in roles.ROLES.values())


def test_moving_a_township_moves_the_paths_below_it(tree):
    county, town, village, _other = tree
    elsewhere = Organisation.objects.create(code="T2", name="邻县", level=Level.COUNTY)
    town.parent = elsewhere
    town.save()
    village.refresh_from_db()
    assert village.path == f"{elsewhere.path}{town.pk}/{village.pk}/"
    assert not county.covers(village)


def test_an_organisation_cannot_be_its_own_parent(tree):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="organisation_not_own_parent"):
        Organisation.objects.filter(pk=tree[0].pk).update(parent=tree[0].pk)


def test_the_same_role_at_the_same_place_is_held_once(tree, user):
    from django.db import IntegrityError

    grant(user, "clerk", tree[2])
    with pytest.raises(IntegrityError, match="role_assignment_once"):
        RoleAssignment.objects.create(user=user, role="clerk", organisation=tree[2])
