"""慰问对象花名册 as an official workbook."""

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Hardship, Person
from beneficiaries.queries import roster_page
from beneficiaries.queries import rosters as queries
from welfare import masking
from welfare.excel import OfficialSheet, SheetColumn, write_official

COLUMNS = (
    SheetColumn(key="number", heading="序号", kind="sequence"),
    SheetColumn(key="name", heading="姓名", width=1.9),
    SheetColumn(key="id_number", heading="身份证号", kind="id", width=3.9),
    SheetColumn(key="community", heading="村(社区)", width=2.0),
    SheetColumn(key="group", heading="组", width=1.3),
    SheetColumn(key="size", heading="人口", kind="quantity", unit="人", width=1.3),
    SheetColumn(key="hardship", heading="困难类别", width=2.8),
    SheetColumn(key="reason", heading="致困原因", width=3.6),
    SheetColumn(key="category", heading="慰问类别", width=2.8),
    SheetColumn(key="cash", heading="慰问金", kind="money", width=2.9),
    SheetColumn(key="goods", heading="慰问品", width=3.4),
    SheetColumn(key="note", heading="备注", width=1.5),
)


def roster_workbook(roster, target, *, on):
    """Write the 花名册 of the entries that stand to ``target``; numbers masked. Returns its content hash."""
    rows = roster_page.entry_rows(roster, is_live_only=True)
    hardships = _hardships([row["entry"] for row in rows])
    programme = roster.programme
    sheet = OfficialSheet(
        title=f"{programme.organiser}{programme.season}慰问对象花名册",
        unit=roster.organisation.name,
        on=on,
        columns=COLUMNS,
        rows=[_row(row, roster, hardships) for row in rows],
        number=f"{programme.code}-{roster.organisation.code}-名册",
        version=roster.version,
        notes=()
        if roster.status == RosterStatus.FINAL
        else (f"名册{roster.get_status_display()}，尚未定案。",),
        count_unit="个",
        footer=("制表", "经办人", "审核人", "负责人（盖章）"),
        is_rehearsal=programme.is_rehearsal,
        sheet_name="花名册",
    )
    return write_official(target, sheet)


def _row(row, roster, hardships):
    entry = row["entry"]
    who = queries.recipient(entry) if not entry.household_id else entry.household.head
    return {
        "name": str(entry),
        "id_number": masking.mask_id(who.id_number) if isinstance(who, Person) else "",
        "community": str(roster.organisation),
        "group": row["group"],
        "size": entry.family_size,
        "hardship": "、".join(hardships.get(_home(entry), ())),
        "reason": entry.reason,
        "category": str(entry.category),
        "cash": row["entitlement"].cash,
        "goods": "、".join(str(line) for line in row["entitlement"].goods),
        "note": "重点" if entry.is_key else "",
    }


def _home(entry):
    return entry.household_id or (entry.person.household_id if entry.person_id else None)


def _hardships(entries):
    """{household id: names of the categories it or its members hold now}, in one query."""
    homes = {_home(entry) for entry in entries} - {None}
    found = {}
    held = Hardship.objects.filter(to_on=None).select_related("category", "person")
    for hardship in held.filter(household__in=homes) | held.filter(person__household__in=homes):
        home = hardship.household_id or hardship.person.household_id
        names = found.setdefault(home, [])
        if hardship.category.name not in names:
            names.append(hardship.category.name)
    return found
