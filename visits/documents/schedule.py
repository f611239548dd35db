"""走访安排表: a team's visits in order, on paper and as a workbook."""

from dataclasses import dataclass

from visits.models import Visit
from visits.queries import people
from welfare import masking
from welfare.excel import OfficialSheet, SheetColumn, write_official

COLUMNS = (
    SheetColumn(key="position", heading="序号", kind="sequence"),
    SheetColumn(key="day", heading="日期", width=2.6),
    SheetColumn(key="slot", heading="时段", width=3.0),
    SheetColumn(key="whom", heading="慰问对象", width=2.6),
    SheetColumn(key="village", heading="村(社区)", width=2.8),
    SheetColumn(key="address", heading="组别住址", width=5.4),
    SheetColumn(key="phone", heading="联系电话", width=3.2),
    SheetColumn(key="due", heading="慰问款物", width=4.6),
    SheetColumn(key="note", heading="备注", width=2.6),
)


@dataclass(frozen=True)
class Schedule:
    """What the sheet says above and in its rows (dicts by column key)."""

    title: str
    facts: list
    rows: list


def of(team, *, shows_phones=False):
    """The Schedule of a team's visits that are not cancelled, in a constant number of statements."""
    visits = list(Visit.objects.filter(team=team).exclude(status="cancelled").for_table("phone").in_order())
    due = people.due(visits)
    members = [member.user for member in team.members.select_related("user")]
    gathering = " ".join(
        filter(None, [f"{team.gather_time:%H:%M}" if team.gather_time else "", team.gather_place])
    )
    return Schedule(
        title=f"{team.organisation}{team.programme.season}走访慰问安排表",
        facts=[
            ("慰问组", team.name),
            ("组长", str(team.leader)),
            ("组员", "、".join(str(user) for user in members if user != team.leader)),
            ("车辆（司机）", team.vehicle),
            ("集合时间地点", gathering),
        ],
        rows=[_row(number, visit, due, shows_phones) for number, visit in enumerate(visits, 1)],
    )


def workbook(team, target, *, on, shows_phones=False):
    """Write the schedule as an official workbook to ``target``. Returns its content hash."""
    made = of(team, shows_phones=shows_phones)
    return write_official(
        target,
        OfficialSheet(
            title=made.title,
            unit=f"{team.organisation}{team.name}",
            on=on,
            columns=COLUMNS,
            rows=made.rows,
            number=f"ZF-{team.programme.code}-{team.pk}",
            unit_line=_people(made),
            notes=["；".join(f"{label}：{value}" for label, value in made.facts if value)],
            footer=("制表", "组长", "负责人（盖章）"),
            sheet_name="走访安排表",
            is_rehearsal=team.programme.is_rehearsal,
        ),
    )


def _people(schedule):
    """Leader and members, short enough for the line that stands on every page."""
    facts = dict(schedule.facts)
    whole = f"组长：{facts['组长']} 组员：{facts['组员']}"
    return whole if len(whole) <= 30 else f"组长：{facts['组长']}（组员见末页）"


def _row(number, visit, due, shows_phones):
    phone = people.phone_of(visit)
    return {
        "position": number,
        "day": f"{visit.planned_on:%m月%d日}",
        "slot": visit.slot,
        "whom": str(visit.whom),
        "village": str(visit.organisation),
        "address": people.address_of(visit),
        "phone": phone if shows_phones else masking.mask_phone(phone),
        "due": str(due[visit.pk].text) if visit.pk in due else "",
        "note": "" if visit.mode == "home" else visit.get_mode_display(),
    }
