"""Pages of plan files and copies: load one after seeing it, take one out, copy it, begin its next version."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from beneficiaries import plan_file
from beneficiaries.models import Programme
from beneficiaries.plan_file.table import Lines
from beneficiaries.queries.plans import plan_of
from beneficiaries.services import plans
from beneficiaries.tests.factories import approved_programme, draft_programme
from welfare import workflow
from welfare.errors import Refusal
from welfare.testing.personas import AT, clerk_of, user_with

pytestmark = pytest.mark.django_db
TEXT = plan_file.named("000-6").read_text(encoding="utf-8")


@pytest.fixture
def officer(tree):
    return user_with("programme_officer", tree.township)


def upload(text, name="plan.toml"):
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = name
    return file


def send(client, tree, content, **over):
    """Choose a file."""
    given = {"organiser": tree.township.pk, "file": upload(content), **over}
    return client.post(reverse("plan_upload"), given)


def confirm(client, tree, text, **over):
    """Load what was shown."""
    return client.post(reverse("plan_upload"), {"organiser": tree.township.pk, "text": text, **over})


def test_a_file_is_shown_with_its_findings_before_it_is_loaded(client, tree, officer):
    client.force_login(officer)
    assert client.get(reverse("plan_upload")).status_code == 200
    page = send(client, tree, TEXT)
    assert "104户×500元＝52,000元" in page.content.decode()
    assert not Programme.objects.exists()
    answer = confirm(client, tree, TEXT, form_key=page.context["form_key"])
    programme = Programme.objects.get()
    assert answer.url == reverse("programme", args=[programme.pk])
    assert (programme.written_by, programme.organiser) == (officer, tree.township)


def test_a_second_click_loads_nothing_more(client, tree, officer):
    client.force_login(officer)
    key = send(client, tree, TEXT).context["form_key"]
    for _ in range(2):
        assert confirm(client, tree, TEXT, form_key=key).status_code == 302
    assert Programme.objects.count() == 1


def test_the_year_moves_the_dates(client, tree, officer):
    client.force_login(officer)
    page = send(client, tree, TEXT, year=2028)
    assert "2028年春节走访慰问" in page.content.decode()
    confirm(client, tree, TEXT, year=2028, form_key=page.context["form_key"])
    assert Programme.objects.get().season == "2028年春节"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "请选择方案文件"),
        (b"\xff\xfe\x00", "不是 UTF-8 编码"),
        ("code = \n", "第1行"),
        (b"x" * (1024 * 1024 + 1), "超过 1 MB"),
        (TEXT.replace('code = "000-6"', 'code = "中文 编号"'), "只能用英文字母"),
        (TEXT.replace("冬月廿八", "冬月卅"), "不是日期"),
        (TEXT.replace('name = "大米"', 'name = "\\u0000"'), "不能显示的字符"),
    ],
)
def test_a_bad_file_is_answered_in_words_with_its_place(client, tree, officer, text, words):
    client.force_login(officer)
    assert words in send(client, tree, text).content.decode()
    assert not Programme.objects.exists()


NESTED = "any = [{ " * 60 + 'judged = "困难"' + " }]" * 60
UGLY = [
    (TEXT.replace('quorum = "2/3"', "quorum = 1e-9999999"), "quorum：应为不超过 1 的比例"),
    (TEXT.replace('quorum = "2/3"', 'quorum = "1e-9999999"'), "quorum：应为不超过 1 的比例"),
    (TEXT.replace("sample = 0.1", 'sample = "1/1e9999999"'), "sample：应为不超过 1 的比例"),
    ("x=" + "[" * 5000, "嵌套太深"),
    ("a=" + "{a=" * 3000, "嵌套太深"),
    ("format=" + "9" * 5000, "太长"),
    (
        TEXT.replace('starts = "农历冬月廿八"', "starts = 2027-01-01T00:00:00"),
        "season.starts：应为日期，不带时刻",
    ),
    (TEXT.replace('due = "农历腊月初三"', "due = 2027-01-01T00:00:00Z"), "due：应为日期，不带时刻"),
    (TEXT.replace("amount = 200", "amount = 1e999999999", 1), "amount：数字太大或太小"),
    (TEXT.replace("amount = 200", "amount = 1e999999999999999999999", 1), "太长"),
    (TEXT.replace('judged = "经议事会评议，符合慰问条件"', NESTED), "条件组嵌套太深，最多 10 层"),
]


@pytest.mark.parametrize(("text", "words"), UGLY, ids=range(len(UGLY)))
def test_what_no_plan_says_is_answered_in_words(client, tree, officer, text, words):
    assert text != TEXT
    client.force_login(officer)
    for page in (send(client, tree, text), confirm(client, tree, text, form_key="k" * 32)):
        assert page.status_code == 200
        assert words in page.content.decode()
    assert not Programme.objects.exists()


@pytest.mark.parametrize(("text", "words"), UGLY, ids=range(len(UGLY)))
def test_the_commands_answer_it_in_words_too(tree, officer, tmp_path, text, words):
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        call_command("load_programme", str(file), organiser=tree.township.code, by=officer.username)
    with pytest.raises(CommandError, match=words):
        call_command("check_programme", str(file))


def test_the_pattern_of_a_heading_does_not_search_twice():
    """No quantifier next to another that takes the same characters: a line of spaces is read once."""
    assert r"\s*([\w" not in Lines.HEADER.pattern
    assert not Lines.HEADER.match("[" + " " * 200_000 + "x")
    assert Lines("[ a . b ]  # c\n[[ d ]]\n[[ d ]]").found == {(): 1, ("a", "b"): 1, ("d", 0): 2, ("d", 1): 3}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEXT.replace('name = "大米"', f'name = "{"米" * 100}"'), "品名"),
        (TEXT.replace("price = 68", "price = 68.123"), "参考单价"),
        (TEXT.replace("total = 104", "total = 99999999999"), "总名额"),
        (TEXT.replace('value = ["拆迁过渡"]', 'value = ["没有的类别"]'), "没有的类别"),
        (TEXT + '\n[quota.organisations]\n"不在的村" = 104\n', "不在主办机构的实施范围内"),
        ('framework = "none"\n' + TEXT, "找不到2027年编号为“none”的总体方案"),
        ("cap_each = 0\n" + TEXT, "慰问方案"),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_nothing_is_written(client, tree, officer, text, words):
    client.force_login(officer)
    page = confirm(client, tree, text, form_key="k" * 32)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Programme.objects.exists()


def test_a_summary_is_checked_and_cannot_be_loaded(client, tree, officer):
    text = plan_file.named("003-9").read_text(encoding="utf-8")
    client.force_login(officer)
    page = send(client, tree, text).content.decode()
    assert "20,000元÷44人" in page and "只核对，不载入" in page
    assert "只能核对，不能载入" in confirm(client, tree, text).content.decode()


def test_only_who_writes_programmes_there_loads_one(client, tree, officer):
    client.force_login(clerk_of(tree.community))
    assert client.get(reverse("plan_upload")).status_code == 403
    client.force_login(officer)
    page = send(client, tree, TEXT, organiser=tree.other_township.pk)
    assert page.status_code == 200 and "plan" not in page.context


def test_a_programme_is_taken_out_as_the_plan_it_is(client, tree):
    programme = approved_programme(tree.township)
    client.force_login(clerk_of(tree.community))
    answer = client.get(reverse("plan_download", args=[programme.pk]))
    assert "000-6-2027-v1.toml" in answer["Content-Disposition"]
    assert plan_file.parse(answer.content.decode()) == plan_of(programme)
    client.force_login(user_with("programme_officer", tree.other_township))
    assert client.get(reverse("plan_download", args=[programme.pk])).status_code == 404


# -- another season, another version ---------------------------------------------------------------------


def test_a_copy_moves_lunar_dates_with_the_season(client, tree, officer):
    programme = approved_programme(tree.township, by=officer)
    client.force_login(officer)
    url = reverse("programme_copy", args=[programme.pk])
    assert client.get(url).context["form"].initial == {"year": 2028}
    client.post(url, {"year": 2028})
    copied = Programme.objects.get(year=2028)
    assert (copied.status, copied.season, copied.version) == ("draft", "2028年春节", 2)
    assert copied.name == "2028年春节走访慰问困难群众工作方案"
    assert copied.starts_on == date(2027, 12, 25)  # 农历冬月廿八
    assert copied.ends_on == date(2028, 1, 23)
    visits = copied.milestones.get(name__startswith="入户走访")
    assert (visits.due_text, visits.due_on) == ("农历腊月初四至农历腊月初五", date(2028, 1, 1))


def test_a_copy_is_refused_where_the_year_has_one(client, tree, officer):
    programme = approved_programme(tree.township, by=officer)
    client.force_login(officer)
    page = client.post(reverse("programme_copy", args=[programme.pk]), {"year": 2027})
    assert "2027年已有编号为“000-6”的方案" in page.content.decode()
    assert Programme.objects.count() == 1


def test_a_date_that_the_other_year_lacks_is_told(tree, officer):
    programme = draft_programme(tree.township, by=officer)
    programme.milestones.update(starts_on=None, due_on=date(2028, 2, 29), due_text="2月29日")
    Programme.objects.update(year=2028, season="2028年春节")
    programme.refresh_from_db()
    with pytest.raises(Refusal, match="“02-29”不是日期"):
        plans.copy(programme=programme, year=2029, by=officer, at=AT)


def test_the_next_version_stands_beside_the_one_in_use_until_it_is_approved(client, tree, officer):
    programme = approved_programme(tree.township, by=officer)
    client.force_login(officer)
    url = reverse("programme_revise", args=[programme.pk])
    assert "第1版照常执行" in client.get(url).content.decode()
    client.post(url)
    newer = Programme.objects.get(version=2)
    assert plan_of(newer) == plan_of(programme)
    assert list(Programme.objects.in_use()) == [programme]
    assert "已有第2版（拟订）" in client.post(url).content.decode()
    workflow.perform(newer, "submit", by=officer, at=AT)
    workflow.perform(newer, "approve", by=user_with("programme_approver", tree.township), at=AT)
    assert list(Programme.objects.in_use()) == [newer]
    assert f"{newer.year}年第1版" in client.get(reverse("programme", args=[newer.pk])).content.decode()


@pytest.mark.parametrize("name", ["programme_copy", "programme_revise"])
def test_copies_are_for_officers_of_the_place(client, tree, name):
    programme = approved_programme(tree.township)
    url = reverse(name, args=[programme.pk])
    client.force_login(clerk_of(tree.community))
    assert client.get(url).status_code == 403
    client.force_login(user_with("programme_officer", tree.other_township))
    assert client.get(url).status_code == 404


def test_a_draft_needs_no_next_version(tree, officer):
    with pytest.raises(Refusal, match="只有已批准的方案"):
        plans.revise(programme=draft_programme(tree.township, by=officer), by=officer, at=AT)
