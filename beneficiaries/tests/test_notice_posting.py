"""公示 before and while it hangs: its text, the preview, where else it is shown, and what closing asks for."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.enums import EntryOrigin, RosterStatus
from beneficiaries.forms.programmes import StepForm
from beneficiaries.models import NoticeChannel, Person, ProcedureStep, PublicNotice
from beneficiaries.queries import public_rows
from beneficiaries.rules import notice as rules
from beneficiaries.services import entries, notice_channels, notices
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    close_notice,
    drafted_roster,
    household,
    member,
    on_the_wall,
    picture,
    walk,
)
from welfare import workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(programme, tree, cast):
    """Three households and one with an illness and a child, waiting for the notice; made today."""
    made = drafted_roster(programme, tree.community, cast=cast, at=timezone.now())
    home = household(
        tree.community,
        head={"name": "何秀英", "major_disease": "肺癌"},
        members=[member("何小宝")],
        address="甲村3组幸福路17号",
    )
    entries.add(
        roster=made,
        category=programme.categories.first(),
        origin=EntryOrigin.NOMINATION,
        household=home,
        reason="重病",
        by=cast.clerk,
        at=timezone.now(),
    )
    walk(made, until=RosterStatus.ON_NOTICE, cast=cast, at=timezone.now())
    return made


@pytest.fixture
def notice(roster, cast):
    return notices.post(roster=roster, by=cast.clerk, at=timezone.now(), place="村务公开栏")


@pytest.mark.parametrize(
    ("hotline", "is_refused"),
    [
        ("0851-55521001", False),
        ("0851-55521001-8012", False),
        ("0851-55521001、13800138000", False),
        ("民政办 0851-55521001 转 8012", False),
        ("身份证110101199003074477", True),
        ("1101 0119 9003 0744 7X", True),
        ("6222 0202 0001 1234 567", True),
        ("１１０１０１１９９００３０７４４７７", True),
    ],
)
def test_the_hotline_is_a_telephone_and_no_other_number(roster, cast, hotline, is_refused):
    act = {
        "roster": roster,
        "by": cast.clerk,
        "at": timezone.now(),
        "place": "村务公开栏",
        "hotline": hotline,
    }
    if is_refused:
        with pytest.raises(Refusal, match="不能有身份证号或银行卡号"):
            notices.post(**act)
    else:
        assert notices.post(**act).hotline == hotline


def test_where_to_object_names_no_personal_number(roster, cast):
    type(roster.programme).objects.update(objection_place="找张主任 13800138000")
    roster.refresh_from_db()
    with pytest.raises(Refusal, match="异议受理地点不能公开"):
        notices.post(roster=roster, by=cast.clerk, at=timezone.now())


def test_in_a_category_for_minors_a_head_of_unknown_age_is_not_named(roster, cast):
    named = [row.shown_name for _entry, row in rows_of(roster)]
    of_unknown_age()
    assert [row.shown_name for _entry, row in rows_of(roster)] == named
    roster.programme.categories.update(is_for_minors=True)
    assert [row.shown_name for _entry, row in rows_of(roster)] == named[:-1]


def test_a_pupil_of_unknown_age_who_heads_a_household_is_not_named(roster, cast):
    named = [row.shown_name for _entry, row in rows_of(roster)]
    of_unknown_age(school_stage="senior")
    assert [row.shown_name for _entry, row in rows_of(roster)] == named[:-1]
    posted = notices.post(roster=roster, by=cast.clerk, at=timezone.now(), place="村务公开栏")
    assert posted.rows.count() == len(named) - 1


def of_unknown_age(**more):
    """The head of the last household without a birth date; beside a child."""
    Person.objects.filter(name="何秀英").update(birth_on=None, **more)
    Person.objects.filter(name="何小宝").update(birth_on=date(2016, 5, 4))


def rows_of(roster):
    return public_rows.masked_rows(roster.entries.all(), roster.programme, AT.date())


def show(notice, cast, **over):
    act = {
        "kind": "wall",
        "place": "村务公开栏",
        "shown_on": timezone.localdate(notice.posted_at),
        "photo": picture(),
        "by": cast.clerk,
        "at": notice.posted_at,
    }
    return notice_channels.record(notice=notice, **act | over)


# -- the text -----------------------------------------------------------------------------------------


def test_the_office_may_write_its_own_introduction(roster, cast):
    body = "经村民议事会评议，现将本村拟慰问的困难群众名单张榜公布。"
    notice = notices.post(
        roster=roster, by=cast.clerk, at=timezone.now(), body=body, hotline="0999-5551111", place="祠堂门口"
    )
    assert (notice.body, notice.hotline, notice.place) == (body, "0999-5551111", "祠堂门口")


def test_without_one_the_template_names_the_plan_and_the_steps(roster, cast):
    assert "现将甲村拟列入的慰问对象予以公示" in notices.default_body(roster)
    assert "经议事会评议" in notices.default_body(roster)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("何秀英家庭困难，现予公示。", "姓名"),
        ("现将何小宝等人的家庭予以公示。", "姓名"),
        ("幸福路一带：甲村3组幸福路17号。", "住址"),
        ("因肺癌致贫的家庭名单如下。", "疾病"),
        ("联系人 139 1234 5678，请反映。", "电话"),
        ("５１０１２１１９６００３０５１２３４ 持证人。", "身份证号"),
        ("现将本村残疾人名单予以公示。", "涉及残疾"),
        ("现将患病群众名单予以公示。", "涉及疾病"),
        ("现将孤儿名单予以公示。", "涉及未成年人"),
        ("字" * 601, "600"),
    ],
)
def test_private_words_are_refused_before_anything_is_posted(roster, cast, body, said):
    with pytest.raises(Refusal, match=said) as refused:
        notices.post(roster=roster, by=cast.clerk, at=timezone.now(), body=body)
    assert refused.value.field == "body"
    assert not PublicNotice.objects.exists()


def test_a_place_may_not_name_anybody_either(roster, cast):
    with pytest.raises(Refusal, match="姓名") as refused:
        notices.post(roster=roster, by=cast.clerk, at=timezone.now(), place="何秀英家门口")
    assert refused.value.field == "place"


def test_a_plan_whose_name_tells_too_much_is_not_named(programme, roster):
    programme.name, programme.season = "重度残疾人慰问方案", ""
    roster.programme = programme
    assert "残疾" not in notices.default_body(roster) + notices.occasion(programme)


def test_the_name_of_a_place_tells_nothing():
    body = "现将哑柏镇幼安村拟慰问的对象予以公示。"
    assert rules.body_refusal(body, place_names=[]) is not None
    assert rules.body_refusal(body, place_names=["哑柏镇", "幼安村"]) is None


def test_a_standard_that_tells_too_much_is_not_shown(programme, roster, cast):
    standard = programme.categories.first().standards.order_by("pk").first()
    type(standard).objects.filter(category__programme=programme).update(
        description="残疾儿童康复服务", kind="service"
    )
    with pytest.raises(Refusal, match="慰问标准"):
        notices.post(roster=roster, by=cast.clerk, at=timezone.now())


DIGITS = st.text("0123456789", min_size=17, max_size=17)
GAPS = st.sampled_from(["", " ", "-", "·", "  ", "　"])


@given(DIGITS, st.sampled_from("0123456789Xx"), GAPS, st.booleans(), st.text("甲村人民", max_size=4))
def test_no_spelling_of_an_id_number_passes(digits, last, gap, is_wide, around):
    number = gap.join([digits[:6], digits[6:14], digits[14:] + last])
    if is_wide:
        number = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert rules.public_text_refusal(f"{around}{number}{around}")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 9999), st.integers(1, 99))
def test_dates_amounts_and_counts_pass(on, amount, count):
    text = f"自{on:%Y-%m-%d}至{on:%Y年%m月%d日}，{count}户，每户{amount}元、{amount * 3}元、{count}袋。"
    assert rules.public_text_refusal(text) is None


# -- the preview --------------------------------------------------------------------------------------


def test_the_preview_shows_what_will_be_frozen_and_writes_nothing(client, roster, cast):
    client.force_login(cast.clerk)
    address = reverse("notice_post", args=[roster.pk])
    written = {
        "step": "preview",
        "body": "现将名单予以公示，请监督。",
        "place": "祠堂门口",
        "hotline": "0999-1",
    }
    html = client.post(address, written).content.decode()
    assert "这是预览" in html
    assert "现将名单予以公示，请监督。" in html
    assert "何*英" in html
    assert "何秀英" not in html
    assert not PublicNotice.objects.exists()
    post = {name: written[name] for name in ("body", "place", "hotline")}
    assert client.post(address, post).status_code == 302
    notice = PublicNotice.objects.get()
    assert notice.body == written["body"]
    shown = [row.shown_name for row in notice.rows.all()]
    assert all(name in html for name in shown)


def test_the_preview_refuses_in_words_and_keeps_what_was_written(client, roster, cast):
    client.force_login(cast.clerk)
    address = reverse("notice_post", args=[roster.pk])
    written = {"step": "preview", "body": "何秀英家困难", "place": "公开栏"}
    html = client.post(address, written).content.decode()
    assert "不能写出当事人的姓名" in html
    assert "何秀英家困难" in html
    assert not PublicNotice.objects.exists()


def test_who_goes_back_from_the_preview_finds_everything_written(client, roster, cast):
    client.force_login(cast.clerk)
    address = reverse("notice_post", args=[roster.pk])
    written = {"step": "write", "body": "改写的正文", "place": "", "hotline": "0999-1"}
    html = client.post(address, written).content.decode()
    assert "改写的正文" in html
    assert 'value="0999-1"' in html
    assert "居（村）务公开栏" not in html
    assert "field-error" not in html
    assert not PublicNotice.objects.exists()


def test_a_long_text_is_previewed_and_one_too_long_is_told_so_with_nothing_lost(client, roster, cast):
    client.force_login(cast.clerk)
    address = reverse("notice_post", args=[roster.pk])
    page = client.get(address).content.decode()
    assert '<form class="ledger-form card-paper" method="post">' in page  # an address could not hold it
    assert f'maxlength="{notices.LONGEST_BODY}"' in page
    body = "经村民议事会评议公示如下。" * 200
    long, longer = body[: notices.LONGEST_BODY], body[:2000]
    assert long in client.post(address, {"step": "preview", "body": long, "place": "公开栏"}).content.decode()
    refused = client.post(address, {"step": "preview", "body": longer, "place": "公开栏"}).content.decode()
    assert "不要超过 600 字，现在有 2000 字" in refused
    assert longer in refused
    assert "这是预览" not in refused
    assert not PublicNotice.objects.exists()


def test_the_preview_asks_for_the_token_of_the_page(roster, cast):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.clerk)
    address = reverse("notice_post", args=[roster.pk])
    assert strict.post(address, {"step": "preview", "place": "公开栏"}).status_code == 403


def test_outsiders_and_people_without_the_right_see_no_preview(client, tree, roster, cast):
    address = reverse("notice_post", args=[roster.pk])
    for user, code in ((user_with("clerk", tree.sibling), 404), (user_with("head", tree.community), 403)):
        client.force_login(user)
        assert client.post(address, {"step": "preview", "place": "公开栏"}).status_code == code


# -- where it is shown --------------------------------------------------------------------------------


def test_a_channel_has_its_day_a_clean_photo_and_stands_in_the_trail(notice, cast):
    channel = show(notice, cast, kind="congress", place="村民代表大会", note="到会 35 人")
    assert channel.proof.read().startswith(b"\xff\xd8\xff")
    assert AuditEvent.objects.filter(
        action="beneficiaries.PublicNotice.show", actor_id=cast.clerk.pk
    ).exists()


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"place": " "}, "请写明"),
        ({"place": "何秀英家外墙"}, "姓名"),
        ({"shown_on": date(2020, 1, 1)}, "公示期内"),
        ({"photo": b"%PDF-1.4"}, "图片"),
        ({"photo": b""}, "空文件"),
    ],
)
def test_a_channel_without_place_day_or_photo_is_refused(notice, cast, over, said):
    import io

    if "photo" in over:
        over = {"photo": io.BytesIO(over["photo"])}
    with pytest.raises(Refusal, match=said):
        show(notice, cast, **over)
    assert not NoticeChannel.objects.exists()


def test_a_day_to_come_or_after_the_period_is_no_proof(notice, cast):
    with pytest.raises(Refusal, match="公示期内"):
        show(notice, cast, shown_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refusal, match="公示期内"):
        show(
            notice,
            cast,
            shown_on=notice.ends_on + timedelta(days=1),
            at=notice.posted_at + timedelta(days=30),
        )


def test_the_same_photo_twice_is_refused_in_words_and_leaves_no_file(notice, cast, settings):
    photo = picture()
    show(notice, cast, photo=photo)
    before = sorted(p for p in settings.MEDIA_ROOT.glob("notices/**/*") if p.is_file())
    photo.seek(0)
    with pytest.raises(Refusal, match="已经登记过"):
        show(notice, cast, photo=photo)
    assert sorted(p for p in settings.MEDIA_ROOT.glob("notices/**/*") if p.is_file()) == before


def test_the_round_closes_only_with_a_photo_of_the_wall(notice, cast):
    show(notice, cast, kind="site", place="县政府网站")
    later = notice.posted_at + timedelta(days=(notice.ends_on - notice.starts_on).days + 2)
    with pytest.raises(workflow.Refused, match="“居\\(村\\)务公开栏”公示的照片"):
        notices.close(notice=notice, by=cast.clerk, at=later)
    wall = on_the_wall(notice, by=cast.clerk)
    notice_channels.void(channel=wall, by=cast.clerk, at=notice.posted_at, reason="拍错了")
    with pytest.raises(workflow.Refused, match="“居\\(村\\)务公开栏”公示的照片"):
        notices.close(notice=notice, by=cast.clerk, at=later)
    on_the_wall(notice, by=cast.clerk)
    assert notices.close(notice=notice, by=cast.clerk, at=later).status != RosterStatus.ON_NOTICE


def test_the_round_closes_only_when_each_channel_that_the_plan_names_is_proved(client, notice, cast):
    notice.step.channels = ["congress", "site"]
    notice.step.save()
    later = notice.posted_at + timedelta(days=(notice.ends_on - notice.starts_on).days + 2)
    on_the_wall(notice, by=cast.clerk)
    client.force_login(cast.clerk)
    page = client.get(reverse("roster_notice", args=[notice.pk])).content.decode()
    assert "居民(村民)代表大会、网站公示的照片还没有登记" in page
    with pytest.raises(workflow.Refused, match="“居民\\(村民\\)代表大会”、“网站”公示的照片"):
        notices.close(notice=notice, by=cast.clerk, at=later)
    show(notice, cast, kind="site", place="县政府网站")
    with pytest.raises(workflow.Refused, match="还没有登记“居民\\(村民\\)代表大会”公示的照片"):
        notices.close(notice=notice, by=cast.clerk, at=later)
    show(notice, cast, kind="congress", place="第三次居民代表大会")
    page = client.get(reverse("roster_notice", args=[notice.pk])).content.decode()
    assert "照片还没有登记" not in page and "居民(村民)代表大会、网站" in page
    assert notices.close(notice=notice, by=cast.clerk, at=later).status != RosterStatus.ON_NOTICE


def test_a_step_names_channels_that_there_are_and_a_notice_one_at_least(notice):
    steps = ProcedureStep.objects.filter(pk=notice.step_id)
    for channels in (["tree"], []):
        with (
            pytest.raises(IntegrityError, match="procedure_step_notice_has_known_channels"),
            transaction.atomic(),
        ):
            steps.update(channels=channels)


def test_the_form_of_a_step_asks_for_the_channels_of_a_notice(notice):
    data = {
        "programme": notice.step.programme_id,
        "position": 80,
        "kind": "notice",
        "level": "county",
        "days": 3,
    }
    assert StepForm()["channels"].value() == ["wall"]
    assert "至少选择一种公示方式" in str(StepForm(data).errors["channels"])
    form = StepForm(data | {"channels": ["wall", "congress"]})
    assert form.is_valid(), form.errors
    assert form.save().demands == "公示3天，公示方式：居(村)务公开栏、居民(村民)代表大会"
    assert StepForm(data | {"kind": "approval", "position": 81}).is_valid()


def test_a_voided_channel_is_not_published_and_a_closed_round_is_not_changed(notice, cast):
    site = show(notice, cast, kind="site", place="县政府网站")
    with pytest.raises(Refusal, match="原因"):
        notice_channels.void(channel=site, by=cast.clerk, at=AT, reason=" ")
    close_notice(notice, by=cast.clerk)
    with pytest.raises(Refusal, match="已经结束"):
        notice_channels.void(channel=site, by=cast.clerk, at=AT, reason="错了")
    with pytest.raises(workflow.Refused):
        show(notice, cast)


def test_constraints_of_channels(notice, cast):
    show(notice, cast)
    rows = NoticeChannel.objects.all()
    for name, changes in (
        ("notice_channel_kind_known", {"kind": "tree"}),
        ("notice_channel_has_place_and_proof", {"place": ""}),
        ("notice_channel_has_place_and_proof", {"proof": ""}),
        ("notice_channel_void_complete", {"voided_at": AT}),
        ("notice_channel_void_complete", {"void_reason": "错"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**changes)
    with pytest.raises(IntegrityError, match="notice_channel_proof_once"), transaction.atomic():
        again = rows.get()
        again.pk = None
        again.save(force_insert=True)


# -- pages --------------------------------------------------------------------------------------------


def test_channels_are_recorded_seen_and_voided_on_their_pages(client, notice, cast, tree):
    client.force_login(cast.clerk)
    address = reverse("notice_channel_new", args=[notice.pk])
    key = "7f1d3c1e-6a57-4f1e-9a6f-1d2f3a4b5c6d"
    data = {"kind": "wall", "place": "村务公开栏", "shown_on": timezone.localdate(), "form_key": key}
    assert client.post(address, data | {"photo": picture()}).status_code == 302
    assert client.post(address, data | {"photo": picture()}).status_code == 302  # the second click
    channel = NoticeChannel.objects.get()
    page = client.get(reverse("roster_notice", args=[notice.pk])).content.decode()
    assert reverse("notice_channel_thumbnail", args=[channel.pk]) in page
    for name in ("notice_channel_photo", "notice_channel_thumbnail"):
        answer = client.get(reverse(name, args=[channel.pk]))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert client.post(reverse(name, args=[channel.pk])).status_code == 405
    void = reverse("notice_channel_void", args=[channel.pk])
    assert client.get(void).status_code == 200
    assert client.post(void, {"reason": "照片不清楚"}).status_code == 302
    assert "照片不清楚" in client.get(reverse("roster_notice", args=[notice.pk])).content.decode()
    assert client.get(address).status_code == 200
    client.force_login(user_with("clerk", tree.sibling))
    assert client.post(address, data | {"photo": picture()}).status_code == 404
    for name in ("notice_channel_photo", "notice_channel_thumbnail", "notice_channel_void"):
        assert client.get(reverse(name, args=[channel.pk])).status_code == 404
    client.force_login(user_with("head", tree.community))
    assert client.post(address, data).status_code == 403
    assert client.get(reverse("notice_channel_photo", args=[channel.pk])).status_code == 200
