"""Imported lists: what is good and bad in each row, nothing written before it is confirmed, errors back as a workbook."""

import copy
import io
from datetime import timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.enums import ImportState, RosterStatus
from beneficiaries.excel import entry_lists as excel
from beneficiaries.models import EntryList, EntryListRow, HelpGiven, Household, Programme, RosterEntry
from beneficiaries.services import entries, entry_lists, rosters
from beneficiaries.tests.factories import Cast, approved_programme, household, id_number, institution, member
from welfare import workflow
from welfare.errors import Refusal
from welfare.excel import Refused
from welfare.models import AuditEvent
from welfare.testing.personas import AT, make_organisations, user_with

pytestmark = pytest.mark.django_db
HEADINGS = ("姓名", "身份证号", "户编号", "单位名称", "慰问类别", "列入理由", "仍列入的理由")


@pytest.fixture(scope="module")
def kept_ground(once):
    def lay():
        tree = make_organisations()
        programme = approved_programme(tree.township)
        cast = Cast(tree.community)
        roster = rosters.draft(programme=programme, organisation=tree.community, by=cast.clerk, at=AT)
        return SimpleNamespace(
            tree=tree,
            programme=programme,
            clerk=cast.clerk,
            cast=cast,
            roster=roster,
            officer=user_with("programme_officer", tree.township),
        )

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


def workbook(*rows):
    """A list as bytes: each row a dict by heading."""
    book = openpyxl.Workbook()
    book.active.append(["慰问对象名单"])
    book.active.append(HEADINGS)
    for row in rows:
        book.active.append([row.get(heading, "") for heading in HEADINGS])
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    target.name = "名单.xlsx"
    return target


def row(ground, subject="", **more):
    """A row about a household number or an ID number, in the first category."""
    kind = "身份证号" if len(str(subject)) == 18 else "户编号"
    named = {kind: subject} if subject else {}
    return {
        "慰问类别": ground.programme.categories.order_by("precedence").first().name,
        "列入理由": "患病",
    } | (named | more)


def upload(ground, *rows, by=None, sender=None, roster=None):
    file = workbook(*rows)
    whose = {"organisation": sender} if sender else {"roster": roster or ground.roster}
    reading = excel.read(file, file.name, programme=ground.programme, on=AT.date())
    return entry_lists.upload(
        programme=ground.programme,
        file=file,
        filename=file.name,
        reading=reading,
        by=by or (ground.officer if sender else ground.clerk),
        at=AT,
        **whose,
    )


def errors(made):
    """{excel row: its (cell, reason) pairs}"""
    return {
        one.excel_row: [(cell, reason) for cell, _heading, reason in one.errors]
        for one in made.rows.exclude(errors=[])
    }


def confirm(made, by, **more):
    return entry_lists.confirm(upload=made, by=by, at=AT, **more)


def test_good_rows_are_written_when_confirmed_and_not_before(ground):
    one, other = (household(ground.tree.community) for _ in range(2))
    made = upload(ground, row(ground, one.number), row(ground, other.head.id_number, 姓名="张大明"))
    assert (made.state, made.good_count, made.bad_count) == (ImportState.CHECKED, 2, 0)
    assert RosterEntry.objects.count() == 0
    written = confirm(made, ground.clerk)
    assert [(entry.household, entry.position, entry.origin) for entry in written] == [
        (one, 1, "import"),
        (other, 2, "import"),
    ]
    assert all(entry.explanation and entry.reason == "患病" for entry in ground.roster.entries.all())
    assert AuditEvent.objects.filter(action="entry_list.confirm").exists()
    rosters.start(roster=ground.roster, by=ground.clerk, at=AT)


def test_a_person_category_asks_for_the_persons_own_number(ground):
    category = ground.programme.categories.order_by("precedence").first()
    type(category).objects.filter(pk=category.pk).update(unit="person")
    home = household(ground.tree.community, members=[member("王小明")])
    child = home.members.get(name="王小明")
    made = upload(ground, row(ground, home.number), row(ground, child.id_number))
    assert errors(made) == {3: [("B3", f"类别“{category}”请填身份证号。")]}
    (entry,) = confirm(made, ground.clerk, leave_out_bad=True)
    assert (entry.person, entry.family_size) == (child, 2)


def test_an_institution_is_named_as_it_is_on_file(ground):
    category = ground.programme.categories.order_by("precedence").first()
    type(category).objects.filter(pk=category.pk).update(unit="institution")
    plant = institution(ground.tree.community, name="红星砖瓦厂")
    made = upload(ground, row(ground, 单位名称="红星砖瓦厂"), row(ground, 单位名称="没有的厂"))
    assert "没有这个单位" in errors(made)[4][0][1]
    (entry,) = confirm(made, ground.clerk, leave_out_bad=True)
    assert entry.institution == plant


def test_every_fault_names_its_cell_and_how_to_mend_it(ground):
    home = household(ground.tree.community, head="李大有")
    made = upload(
        ground,
        row(ground, id_number()),  # nobody's
        row(ground, "H404"),
        row(ground, home.head.id_number, 姓名="李小有"),
        row(ground, home.number, 慰问类别="没有的类别"),
        row(ground, home.number, 列入理由=""),
        row(ground, "123"),
        row(ground),
        row(ground, home.number),
        row(ground, home.head.id_number),
    )
    told = errors(made)
    assert told[3] == [("B3", "登记库中没有可以列入的此人。请核对号码；尚未登记的，先登记户档案。")]
    assert told[4] == [("C4", "登记库中没有可以列入的此户。请核对户编号。")]
    assert told[5] == [("A5", "此身份证号登记的是李*有，与所填姓名不同。请核对姓名和号码。")]
    assert told[6][0][0] == "E6"
    assert told[7] == [("F7", "“列入理由”没有填写，请补填。")]
    assert told[9][0][1].endswith("请填身份证号或户编号。")
    assert told[11] == [("B11", f"同一户已按“{made.programme.categories.first().name}”列入，不重复享受。")]
    assert (made.good_count, made.bad_count) == (1, 8)
    with pytest.raises(Refusal, match="还有 8 行有误"):
        confirm(made, ground.clerk)


def test_people_outside_the_uploaders_scope_are_as_if_not_on_file(ground):
    far = household(ground.tree.other_community, head="王远方")
    near = household(ground.tree.sibling, head="张近邻")
    made = upload(ground, row(ground, far.head.id_number), row(ground, near.number))
    told = errors(made)
    assert "没有可以列入的此人" in told[3][0][1]
    assert "没有可以列入的此户" in told[4][0][1]
    assert "王" not in str(told) and "丙村" not in str(told) and "乙社区" not in str(told)
    upper = user_with("clerk", ground.tree.township)
    made = upload(ground, row(ground, near.number), by=upper)
    assert errors(made)[3][0][1] == "登记在乙社区，不能列入甲村的名册。"


def test_who_is_left_out_elsewhere_is_left_out_of_lists(ground):
    home = household(ground.tree.community)
    ground.programme.earlier_help.create(year=2025)
    other = approved_programme(ground.tree.county, code="other")
    Programme.objects.filter(pk=other.pk).update(exclusion_group="")
    HelpGiven.objects.create(
        organisation=ground.tree.community,
        programme=other,
        category=other.categories.first(),
        household=home,
        year=2025,
        amount=1,
        received_on=AT.date(),
        source_key="a",
    )
    made = upload(ground, row(ground, home.number))
    assert errors(made)[3][0][0] == "G3"
    assert "原则上不再列入" in errors(made)[3][0][1]
    made = upload(ground, row(ground, home.number, 仍列入的理由="新患大病"))
    (entry,) = confirm(made, ground.clerk)
    assert entry.exception_reason == "新患大病"


def test_the_errors_come_back_in_the_users_own_workbook(ground):
    made = upload(ground, row(ground, "H404"), row(ground, household(ground.tree.community).number))
    page = openpyxl.load_workbook(io.BytesIO(excel.marked(made))).active
    assert page["H2"].value == "错误原因"
    assert "没有可以列入的此户" in page["H3"].value
    assert page["C3"].fill.start_color.rgb.endswith("FFC7CE")
    assert page["H4"].value is None


def test_no_number_of_a_person_stays_in_the_rows(ground):
    home = household(ground.tree.community)
    made = upload(ground, row(ground, home.head.id_number), row(ground, id_number()))
    assert home.head.id_number not in str(list(EntryListRow.objects.values()))
    assert made.rows.count() == 2


def test_what_changed_since_the_preview_stops_the_whole_list(ground):
    homes = [household(ground.tree.community) for _ in range(2)]
    made = upload(ground, *(row(ground, home.number) for home in homes))
    entries.add(
        roster=ground.roster,
        category=ground.programme.categories.first(),
        origin="nomination",
        household=homes[1],
        reason="困难",
        by=ground.clerk,
        at=AT,
    )
    with pytest.raises(Refusal, match="第 4 行：已列入甲村名册"):
        confirm(made, ground.clerk)
    assert ground.roster.entries.count() == 1
    Household.objects.filter(pk=homes[0].pk).update(organisation=ground.tree.sibling)
    made = upload(ground, row(ground, household(ground.tree.community).number))
    Household.objects.filter(pk=made.rows.get().household_id).update(organisation=ground.tree.sibling)
    with pytest.raises(Refusal, match="已不在甲村登记"):
        confirm(made, ground.clerk)


def test_a_list_is_confirmed_once_and_cancelled_before(ground):
    made = upload(ground, row(ground, household(ground.tree.community).number))
    confirm(made, ground.clerk)
    with pytest.raises(Refusal, match="没有重复办理"):
        confirm(made, ground.clerk)
    with pytest.raises(Refusal, match="不能取消"):
        entry_lists.cancel(upload=made, by=ground.clerk, at=AT)
    made = upload(ground, row(ground, household(ground.tree.community).number))
    for _ in range(2):
        cancelled = entry_lists.cancel(upload=made, by=ground.clerk, at=AT)
    assert (cancelled.state, cancelled.rows.count(), bool(cancelled.file)) == (
        ImportState.CANCELLED,
        0,
        False,
    )
    with pytest.raises(Refusal, match="已经取消"):
        confirm(made, ground.clerk)


def test_lists_nobody_confirmed_are_gone_after_a_day(ground):
    made = upload(ground, row(ground, household(ground.tree.community).number))
    assert entry_lists.expire(AT + timedelta(hours=23)) == 0
    assert entry_lists.expire(AT + timedelta(hours=25)) == 1
    made.refresh_from_db()
    assert (made.state, made.rows.count(), bool(made.file)) == (ImportState.CANCELLED, 0, False)


def test_nobody_uploads_to_a_roster_of_others_or_past_drafting(ground):
    lines = row(ground, household(ground.tree.community).number)
    with pytest.raises(workflow.Refused):
        upload(ground, lines, by=user_with("clerk", ground.tree.sibling))
    made = upload(ground, lines)
    confirm(made, ground.clerk)
    rosters.start(roster=ground.roster, by=ground.clerk, at=AT)
    assert ground.roster.status == RosterStatus.ASSESSING
    with pytest.raises(Refusal, match="不能再导入名单"):
        upload(ground, lines)


def test_an_empty_and_an_endless_list_are_refused(ground, monkeypatch):
    with pytest.raises(Refusal, match="没有任何对象"):
        upload(ground)
    monkeypatch.setattr(excel, "MAX_ROWS", 1)
    with pytest.raises(Refused, match="超过 1 行"):
        upload(ground, row(ground, "H1"), row(ground, "H2"))


# -- handed down -----------------------------------------------------------------------------------------


def test_a_must_visit_list_goes_to_the_rosters_below(ground):
    sibling = Cast(ground.tree.sibling)
    theirs = rosters.draft(
        programme=ground.programme, organisation=ground.tree.sibling, by=sibling.clerk, at=AT
    )
    mine, other = household(ground.tree.community), household(ground.tree.sibling)
    made = upload(ground, row(ground, mine.number), row(ground, other.number), sender=ground.tree.township)
    assert made.bad_count == 0
    written = confirm(made, ground.officer)
    assert {(entry.household, entry.roster, entry.assigned_by) for entry in written} == {
        (mine, ground.roster, ground.tree.township),
        (other, theirs, ground.tree.township),
    }
    with pytest.raises(Refusal, match="上坪镇以下不能“撤下”"):
        entries.withdraw(entry=written[0], by=ground.clerk, at=AT, reason="不困难")


def test_a_must_visit_without_a_roster_in_drafting_is_told(ground):
    other = household(ground.tree.sibling)
    made = upload(ground, row(ground, other.number), sender=ground.tree.township)
    assert errors(made)[3][0][1] == "乙社区没有正在拟订的名册，请先由其建立名册。"


def test_the_clerk_hands_nothing_down(ground):
    with pytest.raises(workflow.Refused, match="以上坪镇名义"):
        upload(
            ground,
            row(ground, household(ground.tree.community).number),
            by=ground.clerk,
            sender=ground.tree.township,
        )


# -- the database and the cost ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"roster": None}, "entry_list_of_a_roster_or_handed_down"),
        ({"confirmed_at": AT}, "entry_list_confirmed_at_by_together"),
    ],
)
def test_the_database_refuses_a_list_of_nowhere_and_half_confirmed(ground, change, name):
    made = upload(ground, row(ground, household(ground.tree.community).number))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        EntryList.objects.filter(pk=made.pk).update(**change)


def test_the_database_refuses_a_good_row_that_is_not_whole(ground):
    made = upload(ground, row(ground, household(ground.tree.community).number), row(ground, "H404"))
    with pytest.raises(IntegrityError, match="entry_list_row_good_is_whole"), transaction.atomic():
        made.rows.filter(errors=[]).update(household=None)
    with pytest.raises(IntegrityError, match="entry_list_row_once"), transaction.atomic():
        made.rows.update(excel_row=9)


def test_checking_and_writing_cost_the_same_for_three_and_thirteen_rows(ground):
    Programme.objects.filter(pk=ground.programme.pk).update(cap_each=99_999)
    ground.programme.refresh_from_db()
    counts = []
    for number in (3, 13):
        rows = [row(ground, household(ground.tree.community).number) for _ in range(number)]
        with CaptureQueriesContext(connection) as run:
            made = upload(ground, *rows)
            confirm(made, ground.clerk)
        counts.append(len(run))
    assert counts[0] == counts[1]
