"""The demo: loaded once, by the services, with something true at every stage; logins told once."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from beneficiaries.models import Household, Objection, Programme, PublicNotice, Roster
from disbursements import demo
from disbursements.models import Sheet, SheetLine
from visits.models import Visit
from welfare import dates, roles, todo
from welfare.models import User


@pytest.mark.django_db
def test_the_demo_shows_every_stage_and_loads_once(settings, tmp_path, capsys):
    settings.DEBUG, settings.MEDIA_ROOT = True, tmp_path
    call_command("load_demo")
    today = dates.today(timezone.now())
    assert dict(Programme.objects.values_list("code", "status")) == {
        "winter-visit": "approved",
        "winter-warmth": "approved",
        "000-6": "approved",
        "student-aid": "submitted",
    }
    assert set(Roster.objects.values_list("programme__code", "status")) == {
        ("winter-visit", "final"),
        ("winter-warmth", "on_notice"),
        ("winter-warmth", "reviewing"),
        ("000-6", "drafting"),
    }
    assert PublicNotice.objects.filter(status="posted", ends_on__gte=today).count() == 5
    assert Objection.objects.filter(status="open").count() == 1
    assert set(Sheet.objects.values_list("status", flat=True)) <= {"approved", "drawn"}
    assert set(SheetLine.objects.exclude(sheet__kind="bank").values_list("status", flat=True)) == {
        "received",
        "pending",
    }
    assert Visit.objects.filter(planned_on=today, status="planned").exists()

    first = demo.logins()
    assert all(password for _role, _name, password in first)
    assert all(password is None for _role, _name, password in demo.logins())
    assert all(password for _role, _name, password in demo.logins(new_passwords=True))
    held = {
        assignment.role
        for _label, name, _password in first
        for assignment in User.objects.get(username=name).role_assignments.all()
    }
    assert held == set(roles.ROLES), "one login for each role"
    busy = {
        name for _label, name, _password in first if todo.for_user(User.objects.get(username=name), today)
    }
    assert busy >= {"clerk", "visitor", "reviewer", "programme_approver"}

    before = Household.objects.count()
    call_command("load_demo")
    assert "已经载入过" in capsys.readouterr().out
    assert Household.objects.count() == before


@pytest.mark.django_db
def test_the_demo_never_mixes_with_real_data_nor_enters_production(settings):
    with pytest.raises(CommandError, match="生产环境"):
        call_command("load_demo")
    settings.DEBUG = True
    from beneficiaries.tests.factories import household
    from welfare.testing.personas import make_organisations

    household(make_organisations().community)
    with pytest.raises(CommandError, match="已有登记数据"):
        call_command("load_demo")
