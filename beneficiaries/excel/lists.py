"""The lists taken out of the registry: a row a household or a row a person; streamed, a constant number of statements a batch."""

import tempfile
from collections import defaultdict
from pathlib import Path

from django.utils import timezone

from beneficiaries.enums import Relation
from beneficiaries.models import Household, Person
from beneficiaries.queries import households
from beneficiaries.services import exports
from welfare import dates, identity, masking
from welfare.errors import Refusal
from welfare.excel import SheetColumn, write_list

BATCH = 500  # households
MOST_ROWS = 1_000_000  # a sheet has little more
TITLES = {"persons": "困难群众名单（按人）", "households": "困难群众名单（按户）"}
PLACE = (
    SheetColumn(key="sequence", heading="序号", kind="sequence"),
    SheetColumn(key="community", heading="村(社区)", width=3.4),
    SheetColumn(key="group", heading="组别", width=1.8),
    SheetColumn(key="number", heading="户编号", kind="id"),
    SheetColumn(key="head", heading="户主", width=2.2),
)
FACTS = (
    SheetColumn(key="categories", heading="困难类别", width=4.5),
    SheetColumn(key="income", heading="家庭月人均收入（元）", kind="money"),
    SheetColumn(key="medical", heading="近12个月自付医疗费（元）", kind="money"),
    SheetColumn(key="loss", heading="灾害事故损失（元）", kind="money"),
    SheetColumn(key="danger", heading="房屋安全等级", width=2.4),
    SheetColumn(key="rural", heading="城乡", width=1.6),
    SheetColumn(key="address", heading="家庭住址", width=5.5),
    SheetColumn(key="facts_on", heading="数据日期", kind="date"),
)
COLUMNS = {
    "households": (
        *PLACE,
        SheetColumn(key="id_number", heading="户主身份证号", kind="id"),
        SheetColumn(key="phone", heading="联系电话", kind="id", width=3.2),
        SheetColumn(key="members", heading="人口", kind="quantity"),
        *FACTS,
        SheetColumn(key="registered_on", heading="建档日期", kind="date"),
    ),
    "persons": (
        *PLACE,
        SheetColumn(key="name", heading="姓名", width=2.2),
        SheetColumn(key="relation", heading="与户主关系", width=2.2),
        SheetColumn(key="sex", heading="性别", width=1.4),
        SheetColumn(key="birth_on", heading="出生日期", kind="date"),
        SheetColumn(key="age", heading="年龄", kind="quantity", width=1.4),
        SheetColumn(key="id_number", heading="身份证号", kind="id"),
        SheetColumn(key="phone", heading="联系电话", kind="id", width=3.2),
        SheetColumn(key="health", heading="健康状况", width=2),
        SheetColumn(key="disability", heading="残疾", width=2.2),
        SheetColumn(key="school", heading="在读阶段", width=2.2),
        SheetColumn(key="work", heading="就业状况", width=2.6),
        SheetColumn(key="politics", heading="政治面貌", width=2.6),
        SheetColumn(key="veteran", heading="退役军人", width=1.8),
        *FACTS,
    ),
}

# get_…_display makes its dict anew for every row.
_WORDS = {
    name: dict(Person._meta.get_field(name).flatchoices)
    for name in ("relation", "sex", "health", "school_stage", "political_status")
}


def write(export, *, kind, conditions, at, progress):
    """Write an export's workbook and put it on file. Returns the ListExport.

    Before every batch the requester's rights are read anew and ``progress`` is told: raises Refusal when they are
    gone, Cancelled when she asked to stop; nothing of the file is then left.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        count = write_list(
            str(path),
            title=f"{export.organisation}{TITLES[kind]}",
            columns=COLUMNS[kind],
            rows=_rows(export, kind, conditions, dates.today(at), progress),
            unit_line=watermark(export),
        )
        return exports.finish(export=export, path=path, row_count=count, at=at)


def watermark(export):
    """Who took it out, when, what for, under which number."""
    asked = timezone.localtime(export.requested_at)
    purpose = export.reason or "未填写"
    return f"导出人：{export.requested_by}　时间：{asked:%Y-%m-%d %H:%M}　用途：{purpose}　编号：{exports.number(export)}"


def _rows(export, kind, conditions, on, progress):
    """Rows of the workbook, read batch by batch."""
    sequence = done = 0
    total = _found(export, conditions, on).count()
    for batch in _batches(export, conditions, on):
        progress.report(done, total, f"已写 {sequence} 行")
        for row in _ROWS[kind](batch, on, export.is_unmasked):
            sequence += 1
            if sequence > MOST_ROWS:
                raise Refusal("名单超过 100 万行，一张表放不下。请按镇(街道)分别导出。")
            yield (sequence, *row)
        done += len(batch)
    progress.report(done, total, f"共 {sequence} 行，正在存档")


def _found(export, conditions, on):
    visible = Household.objects.visible_to(exports.entitled(export), exports.VIEW, is_long=True)
    return households.narrow(visible, conditions, on=on).select_related("organisation", "housing_danger")


def _batches(export, conditions, on):
    """Households in the order of communities and numbers; each batch asks anew who may see what."""
    order, edge = households.BY_PLACE, None
    while True:
        found = _found(export, conditions, on)
        batch = list(order.sorted(order.beyond(found, edge) if edge else found)[:BATCH])
        if not batch:
            return
        yield batch
        edge = (batch[-1].organisation_id, batch[-1].number)


def _household_rows(batch, on, is_whole):
    members, held = _members(batch), households.categories_held([home.pk for home in batch])
    for home in batch:
        head = next((one for one in members[home.pk] if one.relation == Relation.HEAD), None)
        yield (
            *_place(home, head),
            _shown(head and head.id_number, masking.mask_id, is_whole),
            _shown(head and head.phone, masking.mask_phone, is_whole),
            len(members[home.pk]),
            *_facts(home, held[home.pk], is_whole),
            home.registered_on,
        )


def _person_rows(batch, on, is_whole):
    members, held = _members(batch), households.categories_held([home.pk for home in batch])
    for home in batch:
        head = next((one for one in members[home.pk] if one.relation == Relation.HEAD), None)
        for person in members[home.pk]:
            mine = [one for one in held[home.pk] if one[0] in (None, person.pk)]
            yield (
                *_place(home, head),
                person.name,
                _WORDS["relation"].get(person.relation, ""),
                _WORDS["sex"].get(person.sex, ""),
                person.birth_on,
                identity.age_on(person.birth_on, on) if person.birth_on else None,
                _shown(person.id_number, masking.mask_id, is_whole),
                _shown(person.phone, masking.mask_phone, is_whole),
                _WORDS["health"].get(person.health, ""),
                person.disability,
                _WORDS["school_stage"].get(person.school_stage, ""),
                person.work_state,
                _WORDS["political_status"].get(person.political_status, ""),
                "是" if person.is_veteran else "",
                *_facts(home, mine, is_whole),
            )


_ROWS = {"households": _household_rows, "persons": _person_rows}


def _members(batch):
    """{household id: its present members, the head first}, in one statement."""
    found = defaultdict(list)
    present = Person.objects.present().filter(household__in=[home.pk for home in batch])
    for person in present.select_related("work_state").order_by("household", "pk"):
        found[person.household_id].insert(0 if person.relation == Relation.HEAD else len(batch), person)
    return found


def _place(home, head):
    return str(home.organisation), home.group_name, home.number, head.name if head else ""


def _facts(home, held, is_whole):
    return (
        "、".join(dict.fromkeys(name for _person, name in held)),
        home.monthly_income,
        home.medical_cost,
        home.disaster_loss,
        home.housing_danger,
        "农村" if home.is_rural else "城镇",
        _shown(home.address, masking.mask_address, is_whole),
        home.facts_on,
    )


def _shown(text, mask, is_whole):
    return text if is_whole else mask(text)
