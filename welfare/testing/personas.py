"""A small tree of organisations and people with roles, for tests of every app. Knows no app."""

import itertools
from datetime import UTC, datetime
from types import SimpleNamespace

from welfare import accounts
from welfare.enums import Level, Line
from welfare.models import Organisation, User

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)  # nine in the morning in China
_numbers = itertools.count(1)


def organisation(name, parent=None, level=Level.COMMUNITY, **over):
    """One organisation, made once per parent and name."""
    found = Organisation.objects.filter(parent=parent, name=name).first()
    if found:
        return found
    return Organisation.objects.create(
        name=name,
        parent=parent,
        level=level,
        **({"code": f"T{next(_numbers):06}", "line": Line.GOVERNMENT, "hotline": "0999-5550000"} | over),
    )


def make_organisations():
    """临水县 with 上坪镇 (甲村, 乙社区) and 下坪镇 (丙村). Returns a namespace of them.

    ``county``, ``township``, ``community``, ``sibling`` (a community of the same township),
    ``other_township`` and ``other_community`` (of the other township).
    """
    county = organisation("临水县", level=Level.COUNTY)
    township = organisation("上坪镇", county, Level.TOWNSHIP)
    other_township = organisation("下坪镇", county, Level.TOWNSHIP)
    return SimpleNamespace(
        county=county,
        township=township,
        community=organisation("甲村", township),
        sibling=organisation("乙社区", township),
        other_township=other_township,
        other_community=organisation("丙村", other_township),
    )


def nobody(full_name="无职人员"):
    """A member of staff without any role."""
    number = next(_numbers)
    return User.objects.create_user(f"user{number}", password="test", full_name=f"{full_name}{number}")


def user_with(role, at_organisation, *more_roles):
    """A member of staff holding ``role`` (and ``more_roles``) at an organisation. Password: ``test``."""
    user = nobody(f"{at_organisation.name}{role}")
    for code in (role, *more_roles):
        accounts.grant(user=user, role=code, organisation=at_organisation, by=None, at=AT)
    return user


def clerk_of(at_organisation):
    """A 社区经办 of the organisation."""
    return user_with("clerk", at_organisation)


def head_of(at_organisation):
    """A 社区负责人 of the community."""
    return user_with("head", at_organisation)
