"""Every page: opened by its people, closed to others, with a constant number of queries."""

import contextlib
import copy
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from visits.models import Need, Photo, Survey, Team, Visit
from visits.services import visits
from visits.tests import factories
from visits.tests.factories import ANSWERS, BEFORE
from welfare.testing.personas import clerk_of, nobody, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(monkeypatch):
    """The clock of the pages stands at ten past nine on the day of the visits."""
    monkeypatch.setattr(timezone, "now", lambda: factories.ON_THE_DAY)


@pytest.fixture(scope="module")
def season(once):
    return once(lambda: factories.season())


@pytest.fixture
def made(season, db, today):
    return copy.deepcopy(season)


def jpeg(**save):
    """A small photo."""
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "#a33").save(target, "JPEG", **save)
    return SimpleUploadedFile("door.jpg", target.getvalue(), content_type="image/jpeg")


def open_as(client, user, name, /, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def send(client, user, name, /, *args, **data):
    client.force_login(user)
    return client.post(reverse(name, args=args), data)


# -- reading --------------------------------------------------------------------------------------------
def test_the_visit_page_tells_who_where_what_is_due_and_asked(made, client):
    visit = factories.told(made)
    factories.need(made, visit, "屋顶漏雨")
    body = open_as(client, made.leader, "visit", visit.pk).content.decode()
    assert str(visit.whom) in body
    assert visit.household.address in body
    assert "200.00" in body or "200" in body
    assert "屋顶漏雨" in body
    assert "登记走访" in body


def test_a_phone_number_is_masked_on_the_page_and_revealed_to_the_team_with_a_record(made, client):
    visit = factories.told(made)
    number = visit.household.head.phone
    assert number not in open_as(client, made.leader, "visit", visit.pk).content.decode()
    answer = send(client, made.leader, "visit_phone", visit.pk)
    assert answer.content.decode() == number
    assert send(client, made.outsider, "visit_phone", visit.pk).status_code == 404
    inspector = user_with("inspector", made.community)
    assert send(client, inspector, "visit_phone", visit.pk).status_code == 403


def test_a_done_visit_no_longer_reveals_the_phone_to_the_team(made, client):
    visit = factories.confirmed(made)
    assert send(client, made.leader, "visit_phone", visit.pk).status_code == 403


PAGES = [
    ("visits", ()),
    ("teams", ()),
    ("needs", ()),
    ("visits_announce", ()),
    ("visit_programmes", ()),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_a_list_opens_for_the_clerk_and_not_for_a_keeper(made, client, name, args):
    factories.need(made)
    factories.planned(made, 1)
    assert open_as(client, made.clerk, name, *args).status_code == 200
    assert open_as(client, user_with("keeper", made.community), name, *args).status_code == 403


def test_the_overview_names_forgotten_households_and_idle_members(made, client):
    factories.done(made, 0)
    factories.planned(made, 1)
    body = open_as(client, made.clerk, "visit_overview", made.programme.pk).content.decode()
    missing = made.entries[2].household.head.name
    assert missing in body
    assert made.entries[1].household.head.name not in body


def test_the_overview_of_a_programme_elsewhere_is_not_found(made, client):
    assert (
        open_as(client, clerk_of(made.other_community), "visit_overview", made.programme.pk).status_code
        == 404
    )


def test_a_team_page_and_its_schedule_show_the_visits_in_order(made, client):
    visit = factories.told(made)
    for name in ("team", "team_schedule"):
        body = open_as(client, made.leader, name, made.team.pk).content.decode()
        assert str(visit.whom) in body
    assert visit.household.head.phone not in body


def test_the_schedule_shows_phones_to_who_may_reveal_them(made, client):
    visit = factories.told(made)
    body = open_as(client, made.clerk, "team_schedule", made.team.pk).content.decode()
    assert visit.household.head.phone in body


def test_the_schedule_is_a_workbook_for_who_may_export(made, client):
    factories.told(made)
    answer = open_as(client, made.clerk, "team_schedule_xlsx", made.team.pk)
    assert answer.getvalue()[:2] == b"PK"
    assert open_as(client, made.leader, "team_schedule_xlsx", made.team.pk).status_code == 403


def test_a_need_page_shows_what_became_of_it(made, client):
    need = factories.need(made)
    body = open_as(client, made.clerk, "need", need.pk).content.decode()
    assert "屋顶漏雨，想修房" in body
    assert "登记解决" in body


# -- planning -------------------------------------------------------------------------------------------
def test_the_clerk_plans_a_whole_community_on_one_page(made, client):
    args = (made.programme.pk, made.community.pk)
    body = open_as(client, made.clerk, "visit_plan", *args).content.decode()
    assert "按组生成安排" in body
    data = {"team": made.team.pk, "first_on": "2026-01-22", "mode": "home"}
    answer = send(client, made.clerk, "visit_plan", *args, entry=[e.pk for e in made.entries], **data)
    assert answer.url == reverse("team", args=[made.team.pk])
    assert Visit.objects.planned().count() == 3


def test_planning_nobody_is_refused_on_the_page(made, client):
    data = {"team": made.team.pk, "first_on": "2026-01-22", "mode": "home"}
    answer = send(client, made.clerk, "visit_plan", made.programme.pk, made.community.pk, **data)
    assert "请至少选择一户" in answer.content.decode()


def test_planning_is_for_planners_of_the_place(made, client):
    args = (made.programme.pk, made.community.pk)
    assert open_as(client, made.leader, "visit_plan", *args).status_code == 403
    assert open_as(client, clerk_of(made.sibling), "visit_plan", *args).status_code == 404
    officer = user_with("programme_officer", made.township)
    assert open_as(client, officer, "visit_plan", *args).status_code == 200
    assert open_as(client, made.clerk, "visit_plan", made.programme.pk, made.sibling.pk).status_code == 403


def test_many_households_are_recorded_as_told_at_once(made, client):
    planned = [factories.planned(made, n, on=factories.DAY.replace(day=25)) for n in range(3)]
    data = {
        "told_on": "2026-01-20",
        "channel": "phone",
        "told_whom": "户主",
        "visit": [v.pk for v in planned],
    }
    answer = send(client, made.clerk, "visits_announce", **data)
    assert answer.status_code == 302
    assert not Visit.objects.to_announce().exists()


def test_a_team_is_formed_in_two_steps(made, client):
    answer = open_as(
        client, made.clerk, "team_place", programme=made.programme.pk, organisation=made.community.pk
    )
    assert answer.url == reverse("team_new", args=[made.programme.pk, made.community.pk])
    data = {"name": "第二组", "leader": made.leader.pk, "members": [made.member.pk]}
    answer = send(client, made.clerk, "team_new", made.programme.pk, made.community.pk, **data)
    assert answer.url == reverse("team", args=[Team.objects.get(name="第二组").pk])


def test_only_staff_who_may_visit_there_can_be_chosen(made, client):
    stranger = user_with("visitor", made.other_community)
    body = open_as(client, made.clerk, "team_new", made.programme.pk, made.community.pk).content.decode()
    assert str(made.leader) in body
    assert str(stranger) not in body


# -- at the door ----------------------------------------------------------------------------------------
def test_a_visit_is_surveyed_photographed_completed_and_confirmed_through_the_pages(made, client):
    visit = factories.told(made)
    home = reverse("visit", args=[visit.pk])
    assert (
        send(
            client, made.leader, "visit_survey", visit.pk, **ANSWERS, members_agree="on", income_agrees="on"
        ).url
        == home
    )
    assert Survey.objects.get().informant == "张大明"
    assert send(client, made.leader, "visit_photo_add", visit.pk, file=jpeg(), caption="门口").url == home
    assert send(client, made.leader, "visit_need", visit.pk, kind="housing", text="修房").url == home
    assert Need.objects.get().text == "修房"
    data = {"place": "家中", "finding": "老人在家"}
    assert send(client, made.leader, "visit_complete", visit.pk, **data).url == home
    assert send(client, made.member, "visit_confirm", visit.pk, reason="").url == home
    visit.refresh_from_db()
    assert visit.confirmed_at is not None
    assert "已走访" in open_as(client, made.clerk, "visit", visit.pk).content.decode()


def test_an_absent_household_gets_its_follow_up_from_the_page(made, client):
    visit = factories.told(made)
    send(client, made.leader, "visit_absent", visit.pk, reason="住院")
    body = open_as(client, made.leader, "visit", visit.pk).content.decode()
    assert "安排补访" in body
    data = {"planned_on": "2026-01-23", "slot_from": "09:00", "slot_to": "09:30"}
    answer = send(client, made.leader, "visit_follow_up", visit.pk, **data)
    second = visit.follow_ups.get()
    assert answer.url == reverse("visit", args=[second.pk])
    assert "已安排 1月23日 补访" in open_as(client, made.leader, "visit", visit.pk).content.decode()


def test_a_photo_is_served_to_who_may_see_the_visit_and_without_position(made, client):
    visit = factories.told(made)
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    send(client, made.leader, "visit_photo_add", visit.pk, file=jpeg(exif=exif), caption="")
    photo = Photo.objects.get()
    answer = open_as(client, made.member, "visit_photo", visit.pk, photo.pk)
    body = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert b"CANARY-CAMERA" not in body
    assert open_as(client, made.outsider, "visit_photo", visit.pk, photo.pk).status_code == 404
    other = factories.told(made, 1)
    assert open_as(client, made.member, "visit_photo", other.pk, photo.pk).status_code == 404


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff broken"])
def test_what_is_no_picture_is_refused_in_words(made, client, content):
    visit = factories.told(made)
    file = SimpleUploadedFile("x.jpg", content, content_type="image/jpeg")
    answer = send(client, made.leader, "visit_photo_add", visit.pk, file=file, caption="")
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()
    assert not Photo.objects.exists()


def test_a_need_is_solved_and_taken_up_again_through_the_pages(made, client):
    need = factories.need(made)
    send(client, made.clerk, "need_solve", need.pk, answer="已修好")
    need.refresh_from_db()
    assert need.answer == "已修好"
    send(client, made.clerk, "need_reopen", need.pk, reason="又漏了")
    need.refresh_from_db()
    assert need.answer == ""


# -- the ladder of every write page ---------------------------------------------------------------------
SLOT = {"planned_on": "2026-01-25", "slot_from": "15:00", "slot_to": "15:30"}
WRITES = {
    "visit_tell": ("planned", {"told_on": "2026-01-18", "channel": "phone", "told_whom": "户主"}),
    "visit_survey": ("told", {**ANSWERS, "members_agree": "on", "income_agrees": "on"}),
    "visit_need": ("told", {"kind": "work", "text": "想找活干"}),
    "visit_complete": ("told", {"place": "家中", "finding": "在家"}),
    "visit_confirm": ("done", {}),
    "visit_absent": ("told", {"reason": "住院"}),
    "visit_follow_up": ("absent", SLOT),
    "visit_reschedule": ("planned", {**SLOT, "reason": "下雪"}),
    "visit_cancel": ("planned", {"reason": "已搬走"}),
}
PLANNERS = {"visit_reschedule", "visit_cancel"}


@pytest.mark.parametrize("name", WRITES)
def test_the_ladder_of_a_write_page(made, client, name):
    """GET shows and writes nothing; outsiders 404; lacking the right 403; bad id 404; a second click is harmless."""
    state, data = WRITES[name]
    visit = getattr(factories, state)(made)
    if name == "visit_reschedule":
        data = data | {"team": made.team.pk}
    doer = made.clerk if name in PLANNERS else made.member
    before = Visit.objects.values().get(pk=visit.pk)
    shown = open_as(client, doer, name, visit.pk)
    assert shown.status_code == 200
    assert Visit.objects.values().get(pk=visit.pk) == before
    assert send(client, clerk_of(made.other_community), name, visit.pk, **data).status_code == 404
    assert send(client, user_with("inspector", made.community), name, visit.pk, **data).status_code == 403
    assert send(client, nobody(), name, visit.pk, **data).status_code == 403
    assert send(client, doer, name, 10**9, **data).status_code == 404
    client.logout()
    assert client.post(reverse(name, args=[visit.pk]), data).status_code == 302
    assert Visit.objects.values().get(pk=visit.pk) == before
    key = {"form_key": str(shown.context["form_key"])}
    assert send(client, doer, name, visit.pk, **data, **key).status_code == 302
    count = Visit.objects.count()
    assert send(client, doer, name, visit.pk, **data, **key).status_code == 302
    assert Visit.objects.count() == count


@pytest.mark.parametrize(
    "name", ["visit_complete", "visit_confirm", "visit_absent", "visit_survey", "visit_photo_add"]
)
def test_somebody_off_the_team_reads_why_not(made, client, name):
    """Also the clerk of the community, who may visit elsewhere: 严禁替代."""
    visit = factories.done(made) if name == "visit_confirm" else factories.told(made)
    data = {"file": jpeg(), "caption": "", "reason": "住院", "place": "家", "finding": "在家", **ANSWERS}
    data |= {"members_agree": "on", "income_agrees": "on"}
    answer = send(client, made.clerk, name, visit.pk, **data)
    assert answer.status_code == 200
    assert "严禁替代" in answer.content.decode()


# -- query counts ---------------------------------------------------------------------------------------
def test_lists_ask_the_same_number_of_queries_for_more_rows(today, client):
    three, thirteen = (_queries_of_lists(client, households) for households in (3, 13))
    assert three == thirteen
    assert max(thirteen.values()) <= 30, thirteen


class Undo(Exception):
    """Rolls a round of the test back."""


def _queries_of_lists(client, households):
    """How many queries each list asks about that many households."""
    asked = {}

    def look(name, *args):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse(name, args=args))
        assert answer.status_code == 200
        asked[name] = len(queries)

    with contextlib.suppress(Undo), transaction.atomic():
        made = factories.season(households=households)
        client.force_login(made.clerk)
        look("visit_plan", made.programme.pk, made.community.pk)
        _fill(made)
        for name in ("visits", "teams", "needs", "visits_announce"):
            look(name)
        look("visit_overview", made.programme.pk)
        look("team", made.team.pk)
        look("team_schedule", made.team.pk)
        raise Undo
    return asked


def _fill(made):
    later = factories.DAY.replace(day=25)
    for visit in visits.plan_all(
        team=made.team, entries=made.entries, days=[later], by=made.clerk, at=BEFORE
    ):
        factories.need(made, visit)


def test_the_visit_page_asks_a_bounded_number_of_queries(made, client):
    visit = factories.surveyed(made)
    client.force_login(made.leader)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("visit", args=[visit.pk]))
    assert len(queries) <= 30
