"""Public pages from the shelf: no query when warm, gone at once when taken down, by the day; the index of a county; 公布."""

import re
import shutil
from datetime import timedelta

import pytest
from django.urls import reverse

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.models import FinalList, FinalListRow, PublicNotice, RosterEntry
from beneficiaries.services import final_lists, notices, objections
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    close_notice,
    drafted_roster,
    final_roster,
    on_the_wall,
    walk,
)
from beneficiaries.views import public
from welfare import shelf, todo, workflow
from welfare.enums import Level
from welfare.errors import Refusal
from welfare.testing.personas import AT, organisation, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_shelf(settings, tmp_path):
    settings.PAGES_ROOT = tmp_path / "pages"


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def noon(monkeypatch):
    """Pages see the clock stand where the test sets it."""
    clock = {"at": AT}
    monkeypatch.setattr("beneficiaries.views.public.timezone.now", lambda: clock["at"])
    return clock


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """``committed(act)`` does it as a transaction of its own: what starts on commit is run."""

    def do(act, **arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return act(**arguments)

    return do


@pytest.fixture
def notice(programme, tree, cast, committed, noon):
    roster = drafted_roster(programme, tree.community, cast=cast)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    made = committed(notices.post, roster=roster, by=cast.clerk, at=AT, place="村务公开栏")
    with_wall = committed(on_the_wall, notice=made, by=cast.clerk)
    assert with_wall.pk
    return made


@pytest.fixture
def final(programme, tree, committed, noon):
    """In the other community, by its own clerk."""
    people = Cast(tree.sibling)
    roster = final_roster(programme, tree.sibling, cast=people)
    return committed(final_lists.publish, roster=roster, by=people.clerk, at=AT)


# -- no query when warm -------------------------------------------------------------------------------


def test_a_warm_notice_and_index_ask_the_database_nothing(client, notice, django_assert_num_queries):
    for address in (reverse("notice", args=[notice.token]), reverse("notice_index")):
        cold = client.get(address)
        with django_assert_num_queries(0):
            warm = client.get(address)
        assert warm.content == cold.content
        assert (warm["ETag"], warm["Cache-Control"]) == (cold["ETag"], "public, no-cache")


def test_a_warm_result_and_final_list_ask_the_database_nothing(
    client, notice, cast, noon, committed, django_assert_num_queries
):
    noon["at"] = AT + timedelta(days=5)
    committed(notices.close, notice=notice, by=cast.clerk, at=noon["at"])
    roster = notice.roster
    roster.refresh_from_db()
    walk(roster, cast=cast, at=noon["at"])
    made = committed(final_lists.publish, roster=roster, by=cast.clerk, at=noon["at"])
    pages = [reverse("notice_result", args=[notice.token]), reverse("final_list", args=[made.token])]
    for address in pages:
        assert client.get(address).status_code == 200
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 200


def test_whoever_has_the_page_is_told_that_it_still_stands(client, notice, django_assert_num_queries):
    address = reverse("notice", args=[notice.token])
    tag = client.get(address)["ETag"]
    with django_assert_num_queries(0):
        answer = client.get(address, headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_the_cold_pages_cost_the_same_with_3_and_13_rows(
    client, programme, tree, cast, noon, django_assert_max_num_queries
):
    counts = []
    for community, households in ((tree.community, 3), (tree.sibling, 13)):
        people = Cast(community)
        roster = drafted_roster(programme, community, households=households, cast=people)
        walk(roster, until=RosterStatus.ON_NOTICE, cast=people)
        made = notices.post(roster=roster, by=people.clerk, at=AT)
        with django_assert_max_num_queries(6) as seen:
            client.get(reverse("notice", args=[made.token]))
        counts.append(len(seen))
    assert counts[0] == counts[1]


# -- gone at once -------------------------------------------------------------------------------------


def test_a_withdrawn_notice_is_gone_from_a_warm_shelf(client, notice, cast, committed):
    addresses = [reverse("notice", args=[notice.token]), reverse("notice_index")]
    before = [client.get(address) for address in addresses]
    assert notice.token in before[1].content.decode()
    committed(notices.withdraw, notice=notice, by=cast.clerk, at=AT, reason="名单有误")
    assert client.get(addresses[0], headers={"if-none-match": before[0]["ETag"]}).status_code == 410
    assert notice.token not in client.get(addresses[1]).content.decode()


def test_a_notice_taken_back_with_its_roster_is_gone_from_a_warm_shelf(client, notice, cast, committed):
    from beneficiaries.services import rosters

    address = reverse("notice", args=[notice.token])
    assert client.get(address).status_code == 200
    committed(rosters.return_to, roster=notice.roster, step=None, by=cast.clerk, at=AT, reason="重新核对")
    assert client.get(address).status_code == 410


def test_at_midnight_the_display_ends_although_the_page_is_warm(client, notice, cast, noon, committed):
    noon["at"] = AT + timedelta(days=5)
    committed(notices.close, notice=notice, by=cast.clerk, at=noon["at"])
    notice.refresh_from_db()
    addresses = [reverse("notice", args=[notice.token]), reverse("notice_result", args=[notice.token])]
    last = notice.display_until_on
    noon["at"] = AT.replace(
        year=last.year, month=last.month, day=last.day, hour=15, minute=59
    )  # 23:59 in China
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    assert notice.token in client.get(reverse("notice_index")).content.decode()
    noon["at"] += timedelta(minutes=1)
    assert [client.get(address).status_code for address in addresses] == [410, 410]
    assert notice.token not in client.get(reverse("notice_index")).content.decode()


def test_what_changes_a_page_is_read_anew(client, notice, cast, committed, noon):
    address = reverse("notice", args=[notice.token])
    assert "县政府网站" not in client.get(address).content.decode()
    from beneficiaries.services import notice_channels
    from beneficiaries.tests.factories import picture

    committed(
        notice_channels.record,
        notice=notice,
        kind="site",
        place="县政府网站",
        shown_on=AT.date(),
        photo=picture(),
        by=cast.clerk,
        at=AT,
    )
    assert "县政府网站" in client.get(address).content.decode()
    noon["at"] = AT + timedelta(days=4)
    assert "公示期满" in client.get(address).content.decode()


# -- not found by chance, not indexed -----------------------------------------------------------------


def test_addresses_are_random_and_long(notice, final):
    for token in (notice.token, final.token):
        assert re.fullmatch(r"[\w-]{22}", token)  # 128 bits


def test_no_page_is_for_search_engines(client, notice, final):
    assert client.get(reverse("robots")).content.decode() == "User-agent: *\nDisallow: /\n"
    addresses = [reverse("notice_index"), reverse("objection_reply")]
    addresses += [
        reverse("notice", args=[notice.token]),
        reverse("final_list", args=[final.token]),
        reverse("objection_new", args=[notice.token]),
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert '<meta name="robots" content="noindex, nofollow, noarchive">' in answer.content.decode()
        assert not answer.cookies
        assert "<script" not in answer.content.decode()


def test_a_token_of_any_length_is_answered_in_words(client, notice):
    for token in ("x" * 3000, notice.token + "x" * 20, "..", "now"):
        assert client.get(f"/notices/{token}/").status_code in {404}


def test_made_up_addresses_leave_nothing_on_the_disk(client, notice, final, settings):
    before = sorted(path.name for path in settings.PAGES_ROOT.iterdir())
    for number in range(5):
        for name in ("notice", "notice_result", "final_list"):
            assert client.get(reverse(name, args=[f"zz{number}"])).status_code == 404
    assert sorted(path.name for path in settings.PAGES_ROOT.iterdir()) == before


def test_an_emptied_shelf_is_filled_again(client, notice, settings):
    for path in settings.PAGES_ROOT.iterdir():
        shutil.rmtree(path)
    assert client.get(reverse("notice", args=[notice.token])).status_code == 200
    assert [path.name for path in settings.PAGES_ROOT.iterdir() if shelf.is_begun(path.name)]


# -- the index ----------------------------------------------------------------------------------------


def test_an_unlisted_programme_is_reached_by_address_alone(client, notice, programme, committed):
    type(programme).objects.filter(pk=programme.pk).update(is_listed=False)
    assert notice.token not in client.get(reverse("notice_index")).content.decode()
    assert client.get(reverse("notice", args=[notice.token])).status_code == 200


@pytest.fixture
def county(tree, programme, notice, monkeypatch):
    """Seven more communities of two townships with a notice each; three communities a page."""
    monkeypatch.setattr(public, "COMMUNITIES_A_PAGE", 3)
    town = organisation("下坪镇", tree.county, Level.TOWNSHIP)
    made = []
    for number in range(7):
        where = organisation(f"{number}号村", town if number % 2 else tree.township)
        roster = type(notice.roster).objects.create(
            programme=programme, organisation=where, drafted_by=notice.posted_by, drafted_at=AT
        )
        fields = {
            field.attname: getattr(notice, field.attname)
            for field in PublicNotice._meta.concrete_fields
            if field.attname not in {"id", "token", "roster_id", "community_name", "status"}
        }
        made.append(PublicNotice.objects.create(roster=roster, community_name=where.name, **fields))
    return made


def tokens(answer):
    return set(re.findall(r"/notices/([\w-]{22})/", answer.content.decode()))


def test_the_index_is_paged_by_community_and_every_notice_stands_on_one_page(client, notice, county):
    index = reverse("notice_index")
    pages = [tokens(client.get(index, {"page": number})) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert set.union(*pages) == {notice.token, *(one.token for one in county)}
    assert "第 2 / 3 页" in client.get(index, {"page": 2}).content.decode()


def test_the_index_is_narrowed_by_township_and_by_name(client, tree, notice, county):
    index = reverse("notice_index")
    found = tokens(client.get(index, {"township": tree.other_township.code}))
    assert found == {one.token for one in county if int(one.community_name[0]) % 2}
    assert tokens(client.get(index, {"q": "6号"})) == {county[6].token}
    assert "没有找到" in client.get(index, {"q": "没有这个村"}).content.decode()


def test_a_warm_page_of_the_index_asks_nothing_and_a_cold_one_the_same_however_long(
    client, tree, notice, county, django_assert_num_queries
):
    index = reverse("notice_index")
    asked = [{"page": 2}, {"township": tree.township.code}, {"township": tree.township.code, "page": 2}]
    for query in asked:
        with django_assert_num_queries(5):
            client.get(index, query)
        with django_assert_num_queries(0):
            client.get(index, query)


@pytest.mark.parametrize(
    "query", [{"page": "99"}, {"page": "x"}, {"page": "-1"}, {"township": "../x"}, {"township": "T0"}]
)
def test_strange_questions_are_answered_and_leave_nothing_on_the_shelf(
    client, notice, county, query, settings
):
    client.get(reverse("notice_index"))
    before = sorted(path.name for path in settings.PAGES_ROOT.glob("index/g-*/*"))
    assert client.get(reverse("notice_index"), query).status_code == 200
    assert sorted(path.name for path in settings.PAGES_ROOT.glob("index/g-*/*")) == before


# -- the final result ---------------------------------------------------------------------------------


def test_only_a_final_roster_is_published_and_once(programme, tree, cast, noon):
    roster = drafted_roster(programme, tree.community, cast=cast)
    with pytest.raises(Refusal, match="定案后"):
        final_lists.publish(roster=roster, by=cast.clerk, at=AT)
    walk(roster, cast=cast)
    with pytest.raises(workflow.Refused):
        final_lists.publish(roster=roster, by=user_with("head", tree.community), at=AT)
    made = final_lists.publish(roster=roster, by=cast.clerk, at=AT)
    with pytest.raises(Refusal, match="已经公布"):
        final_lists.publish(roster=roster, by=cast.clerk, at=AT)
    assert made.rows.count() == 3


def test_it_shows_its_own_frozen_rows_and_not_those_struck_after_the_notice(
    programme, tree, cast, noon, client
):
    roster = drafted_roster(programme, tree.community, cast=cast)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    found = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    objections.answer(objection=found, answer="确有轿车一辆", is_upheld=True, by=cast.clerk, at=AT)
    at = close_notice(notice, by=cast.clerk)
    roster.refresh_from_db()
    walk(roster, cast=cast, at=at)
    made = final_lists.publish(roster=roster, by=cast.clerk, at=at)
    assert list(made.rows.order_by("position").values_list("position", flat=True)) == [2, 3]
    noon["at"] = at
    html = client.get(reverse("final_list", args=[made.token])).content.decode()
    assert "结果公布" in html
    RosterEntry.objects.filter(roster=roster)[0].category.__class__.objects.update(public_label="改了")
    assert "改了" not in client.get(reverse("final_list", args=[made.token])).content.decode()


def test_a_withdrawn_final_list_is_gone_and_may_be_published_anew(client, final, committed):
    address = reverse("final_list", args=[final.token])
    assert client.get(address).status_code == 200
    committed(final_lists.withdraw, final_list=final, by=final.published_by, at=AT, reason="有误")
    assert client.get(address).status_code == 410
    again = final_lists.publish(roster=final.roster, by=final.published_by, at=AT)
    assert again.token != final.token


def test_it_comes_down_by_itself(client, final, noon):
    noon["at"] = AT + timedelta(days=final.roster.programme.display_days + 1)
    assert client.get(reverse("final_list", args=[final.token])).status_code == 410
    assert final_lists.take_down_expired(noon["at"]) == 1
    assert final_lists.take_down_expired(noon["at"]) == 0


def test_a_final_roster_waits_to_be_published_in_the_clerks_todo(programme, tree, cast, noon):
    roster = final_roster(programme, tree.community, cast=cast)
    titles = [item.title for item in todo.for_user(cast.clerk, AT.date())]
    assert f"公布结果：{tree.community}" in titles
    final_lists.publish(roster=roster, by=cast.clerk, at=AT)
    titles = [item.title for item in todo.for_user(cast.clerk, AT.date())]
    assert f"公布结果：{tree.community}" not in titles


def test_it_is_previewed_published_and_taken_down_on_its_pages(client, programme, tree, cast):
    roster = final_roster(programme, tree.community, cast=cast)
    address = reverse("final_publish", args=[roster.pk])
    client.force_login(cast.clerk)
    assert "下一步：预览" in client.get(address).content.decode()
    html = client.post(address, {"step": "preview", "body": "现将结果公布如下。"}).content.decode()
    assert "这是预览" in html
    assert not FinalList.objects.exists()
    name = RosterEntry.objects.filter(status=EntryStatus.FINAL).first().household.head.name
    bad = client.post(address, {"step": "preview", "body": f"{name}家"}).content.decode()
    assert "不能写出当事人的姓名" in bad
    back = client.post(address, {"step": "write", "body": "改写的正文"}).content.decode()
    assert "改写的正文" in back
    assert not FinalList.objects.exists()
    assert client.post(address, {"body": "现将结果公布如下。"}).status_code == 302
    assert client.post(address, {"body": "再来一次"}).status_code == 200
    made = FinalList.objects.get()
    assert (
        reverse("final_withdraw", args=[made.pk])
        in client.get(reverse("roster", args=[roster.pk])).content.decode()
    )
    for user, code in ((user_with("clerk", tree.sibling), 404), (user_with("head", tree.community), 403)):
        client.force_login(user)
        for page in (address, reverse("final_withdraw", args=[made.pk])):
            assert client.get(page).status_code == code
    client.force_login(cast.clerk)
    down = reverse("final_withdraw", args=[made.pk])
    assert client.get(down).status_code == 200
    assert client.post(down, {"reason": "名单有误"}).status_code == 302
    assert client.get(reverse("final_list", args=[made.token])).status_code == 410


def test_constraints_of_final_lists(final, programme):
    from django.db import IntegrityError, transaction

    def refuses(name, act):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()

    def again(model, **changes):
        row = model.objects.order_by("pk").first()
        row.pk = None
        for field, value in changes.items():
            setattr(row, field, value)
        row.save(force_insert=True)

    refuses("final_list_one_published_per_roster", lambda: again(FinalList, token="other"))
    refuses("final_list_status_known", lambda: FinalList.objects.update(**{"status": "lost"}))
    refuses("final_list_row_position_once", lambda: again(FinalListRow))
    refuses("final_list_row_entry_once", lambda: again(FinalListRow, position=99))
    refuses("final_list_row_has_public_label", lambda: FinalListRow.objects.update(public_label=""))


def test_the_shelf_is_not_needed(client, notice, settings):
    """A folder that cannot be written costs speed, not pages."""
    assert shelf.take("list-x", "notice") is None
    import shutil

    shutil.rmtree(settings.PAGES_ROOT)
    assert client.get(reverse("notice", args=[notice.token])).status_code == 200
