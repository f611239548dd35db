"""批量同意 in the admin: what would be agreed to is shown first, then done once, and what is skipped says where it stands."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Decision, RosterEntry
from beneficiaries.tests.factories import approved_programme, roster_at
from welfare.models import Organisation
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db
AT = timezone.now() - timedelta(days=20)
LIST = reverse("admin:beneficiaries_roster_changelist")
PAGE = reverse("admin:beneficiaries_roster_bulk", args=["approve"])


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township, at=AT)


@pytest.fixture
def reviewer(client, tree):
    found = user_with("reviewer", tree.township)
    client.force_login(found)
    return found


@pytest.fixture
def reviewed(programme, tree):
    return roster_at(RosterStatus.REVIEWING, programme, tree.community, at=AT)


@pytest.fixture
def early(programme, tree):
    return roster_at(RosterStatus.SUBMITTING, programme, tree.sibling, at=AT)


def address(*rosters):
    return f"{PAGE}?rows={','.join(str(roster.pk) for roster in rosters)}&list=waiting%3Dall"


def said(answer):
    return "\n".join(str(message) for message in get_messages(answer.wsgi_request))


def statuses(*rosters):
    for roster in rosters:
        roster.refresh_from_db()
    return [roster.status for roster in rosters]


def test_the_action_leads_to_a_page_and_does_nothing_yet(client, reviewer, reviewed, early):
    data = {"action": "move_approve", "_selected_action": [reviewed.pk, early.pk]}
    answer = client.post(f"{LIST}?waiting=all", data)
    assert answer.status_code == 302 and answer["Location"].startswith(PAGE)
    assert client.get(answer["Location"]).status_code == 200
    assert statuses(reviewed, early) == [RosterStatus.REVIEWING, RosterStatus.SUBMITTING]
    assert not Decision.objects.filter(roster=reviewed, decided_by=reviewer).exists()


def test_the_page_shows_what_bears_on_it(client, reviewer, reviewed, early):
    RosterEntry.objects.filter(roster=reviewed, position=1).update(
        doubt="邻里反映有车", doubted_at=AT, doubted_by=reviewer
    )
    page = client.get(address(reviewed, early))
    first, second = page.context["rows"]
    assert first["why_not"] == "" and first["then"] == "名册定案"
    assert first["cells"][1:] == ["3 户", "3 人", "600.00", "900.00", "1 个", "0 件"]
    assert page.context["totals"][1:] == first["cells"][1:]
    assert second["why_not"] == f"现在“{early.step}”环节（待提交），不在审核环节。"
    text = page.content.decode()
    assert "疑义：邻里反映有车" in text and "页面可能已过时" not in text
    assert f'value="{reviewed.pk}"' in text and f'value="{early.pk}"' not in text


def test_those_ticked_are_agreed_once_and_the_rest_told(client, reviewer, reviewed, early):
    url, data = address(reviewed, early), {"row": [reviewed.pk, early.pk], "form_key": str(uuid.uuid4())}
    answer = client.post(url, data)
    assert answer["Location"] == f"{LIST}?waiting=all"
    told = said(answer)
    assert "已办理 1 项" in told and "跳过 1 项" in told
    assert f"现在“{early.step}”环节（待提交），不在审核环节。" in told and "页面可能已过时" not in told
    assert statuses(reviewed, early) == [RosterStatus.FINAL, RosterStatus.SUBMITTING]
    assert "没有重复办理" in said(client.post(url, data))
    assert Decision.objects.filter(roster=reviewed, decided_by=reviewer).count() == 1


def test_a_roster_unticked_is_left(client, reviewer, programme, tree, reviewed):
    other = roster_at(RosterStatus.REVIEWING, programme, tree.sibling, at=AT)
    told = said(client.post(address(reviewed, other), {"row": [other.pk]}))
    assert "没有勾选的 1 项未办理" in told
    assert statuses(reviewed, other) == [RosterStatus.REVIEWING, RosterStatus.FINAL]
    assert "没有勾选任何一项" in client.post(address(reviewed), {}).content.decode()


def test_a_roster_already_final_says_so(client, reviewer, programme, tree):
    final = roster_at(RosterStatus.FINAL, programme, tree.community, at=AT)
    (row,) = client.get(address(final)).context["rows"]
    assert row["why_not"] == "名册现为“已定案”，没有待审核的事项。"


def test_the_guard_speaks_for_itself(client, reviewer, reviewed):
    RosterEntry.objects.filter(roster=reviewed, position=1).update(status="stopped")
    (row,) = client.get(address(reviewed)).context["rows"]
    assert row["why_not"].startswith("有 1 个对象因异议暂停，请先答复异议；")


def test_others_see_none_of_it(client, tree, reviewed):
    client.force_login(user_with("reviewer", tree.other_township))
    assert client.get(address(reviewed)).status_code == 404
    client.force_login(user_with("inspector", tree.township))
    assert client.post(address(reviewed), {"row": [reviewed.pk]}).status_code in (302, 403)
    assert statuses(reviewed) == [RosterStatus.REVIEWING]


@pytest.mark.parametrize("rows", ["", "x", "0", "1,,%00", "9" * 30])
def test_strange_addresses_are_not_found(client, reviewer, rows):
    assert client.get(f"{PAGE}?rows={rows}").status_code == 404
    assert client.get(reverse("admin:beneficiaries_roster_bulk", args=["cancel"])).status_code == 404


def test_the_page_costs_one_query_more_for_each_roster(client, reviewer, programme, tree, reviewed):
    """What is read for the page costs the same for any number; the guards look for untrue findings in each."""
    others = [
        roster_at(
            RosterStatus.REVIEWING,
            programme,
            Organisation.objects.create(
                name=f"新村{n}", code=f"new-{n}", level="community", line="government", parent=tree.township
            ),
            households=2,
            at=AT,
        )
        for n in range(3)
    ]
    counts = []
    for rosters in ([reviewed], [reviewed], [reviewed, *others]):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(*rosters)).status_code == 200
        counts.append(len(queries))
    assert counts[2] - counts[1] == 3
