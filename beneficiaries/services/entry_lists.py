"""导入名单: people listed from a workbook. Checked whole, previewed, then written all at once or not at all."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction

from beneficiaries.enums import EntryOrigin, ImportState, RosterStatus, Unit
from beneficiaries.models import EntryList, EntryListRow, Institution, Person, Roster, RosterEntry
from beneficiaries.queries import entry_lists as queries
from beneficiaries.queries import exclusions
from beneficiaries.queries.rosters import family_sizes
from beneficiaries.queries.screening import tiers_of
from beneficiaries.services import entries
from beneficiaries.services.screening import LOADERS, accounts
from welfare import audit, dates, masking, workflow
from welfare.errors import Refusal

KEPT_FOR = timedelta(hours=24)
OUR_HEADINGS = {"错误原因", "原文件行号"}  # in a workbook given back with its errors marked


@dataclass
class Row:
    """One row while it is checked. ``errors`` are [cell, heading, reason]."""

    number: int
    values: dict
    errors: list = field(default_factory=list)
    roster: object = None
    category: object = None
    beneficiary: object = None

    @property
    def who(self):
        return {self.category.unit: self.beneficiary}

    @property
    def home(self):
        return exclusions.home_of(**self.who)


@transaction.atomic
def upload(*, programme, file, filename, reading, by, at, roster=None, organisation=None):
    """Keep a read list (``excel.entry_lists.read``) with what is good and bad in each row. Returns the EntryList.

    Of one ``roster`` in drafting, or with ``organisation`` of all rosters in drafting below it, to which it
    hands must-visits down. No entry is written. Raises Refusal without the right, for a roster past
    drafting, and for a list without rows. A constant number of statements.
    """
    made = EntryList(
        programme=programme,
        organisation=organisation or roster.organisation,
        roster=roster,
        is_handed_down=organisation is not None,
        filename=filename[:200],
        sheet=reading.sheet[:100],
        header_row=reading.header_row,
        uploaded_by=by,
        uploaded_at=at,
    )
    _refuse_without_right(made, by)
    rows = _read(reading)
    if not rows:
        raise Refusal("表头下面没有任何对象。请填在第一张表的表头下面，再重新上传。", field="file")
    _name_them(made, reading, rows, by)
    _leave_out(made, reading, rows, by)
    made.state, made.bad_count = ImportState.CHECKED, sum(bool(row.errors) for row in rows)
    made.good_count = len(rows) - made.bad_count
    made.remarks = "\n".join(_remarks(reading))
    extension = filename.rpartition(".")[2].lower()
    file.seek(0)
    made.file.save(f"list.{extension if extension in {'xlsx', 'xls', 'csv'} else 'bin'}", file, save=False)
    made.save()
    EntryListRow.objects.bulk_create([_staged(made, row) for row in rows], batch_size=1000)
    audit.record(action="entry_list.upload", label="上传名单", by=by, at=at, target=made)
    return made


@transaction.atomic
def confirm(*, upload, by, at, leave_out_bad=False):
    """Write the good rows of a checked list into their rosters, all or nothing. Returns the new entries.

    Raises Refusal when rows are in error and ``leave_out_bad`` was not chosen, when it was confirmed or
    cancelled already, when ``by`` may not write there any more, and when somebody can no longer be listed.
    A constant number of statements beside three for each roster.
    """
    made = _locked(upload)
    _refuse_unless_checked(made)
    _refuse_without_right(made, by)
    if made.bad_count and not leave_out_bad:
        raise Refusal(f"还有 {made.bad_count} 行有误。请改正后重新上传，或选择“略过有误的行”。")
    rows = list(queries.good_rows(made))
    if not rows:
        raise Refusal("没有可以列入的行。")
    rosters = _open_rosters(made, rows, by, at)
    homes, institutions = _homes(row.who for row in rows)
    exclusions.hold(homes=homes, institutions=institutions)
    _refuse_overtaken(made, rows, homes, institutions, by)
    written = _write(made, rows, rosters, homes, by, at)
    made.state, made.confirmed_by, made.confirmed_at = ImportState.CONFIRMED, by, at
    made.save()
    audit.record(
        action="entry_list.confirm",
        label="确认导入名单",
        by=by,
        at=at,
        target=made,
        after={"entries": len(written), "left_out": made.bad_count},
    )
    return written


@transaction.atomic
def cancel(*, upload, by, at):
    """Give up a list that is not written: its rows and its file are removed. Harmless when it was already."""
    made = _locked(upload)
    if made.state == ImportState.CONFIRMED:
        raise Refusal("这份名单已经写入，不能取消。")
    _refuse_without_right(made, by)
    if made.state != ImportState.CANCELLED:
        made.state = ImportState.CANCELLED
        made.save(update_fields=["state"])
        audit.record(action="entry_list.cancel", label="取消导入名单", by=by, at=at, target=made)
        _drop(made)
    return made


def expire(at):
    """Remove files and rows a day after the upload; what was not confirmed by then is cancelled. Returns how many."""
    old = EntryList.objects.filter(uploaded_at__lt=at - KEPT_FOR).exclude(file="").order_by("pk")
    for found in old:
        with transaction.atomic():
            found = _locked(found)
            if found.state == ImportState.CHECKED:
                found.state = ImportState.CANCELLED
                found.save(update_fields=["state"])
            _drop(found)
    return len(old)


# -- checking ------------------------------------------------------------------------------------------


def _read(reading):
    rows = []
    for number, values in reading.rows:
        errors = [[one.cell, one.column_heading, one.reason] for one in reading.errors]
        reading.errors.clear()
        rows.append(Row(number, values, errors))
    return rows


def _name_them(made, reading, rows, by):
    """Find roster, category and beneficiary of each row, or say at which cell why not."""
    people = queries.people({row.values["id_number"].number for row in rows if row.values["id_number"]})
    homes = queries.households({row.values["number"] for row in rows if row.values["number"]})
    units = queries.institutions(
        made.organisation, {row.values["institution"] for row in rows if row.values["institution"]}
    )
    seen = queries.seen_by(by, people.values(), homes.values())
    categories = {category.pk: category for category in made.programme.categories.all()}
    rosters = queries.rosters_of(made)
    for row in rows:
        if row.errors:
            continue
        row.category = categories[row.values["category"]]
        fault = _find(row, people, homes, units, seen) or _place(made, row, rosters)
        if fault:
            _fault(row, reading, *fault)


def _find(row, people, homes, units, seen):
    """Set the beneficiary; (key, sentence) when the row does not name one that may be listed."""
    unit, values = row.category.unit, row.values
    if unit == Unit.INSTITUTION:
        row.beneficiary = units.get(values["institution"])
        if row.beneficiary is None:
            return "institution", "登记库中没有这个单位。请核对名称，或先登记单位。"
        return None
    number = values["id_number"].number if values["id_number"] else None
    if number is None and (unit == Unit.PERSON or not values["number"]):
        need = "身份证号" if unit == Unit.PERSON else "身份证号或户编号"
        return "id_number", f"类别“{row.category}”请填{need}。"
    person, home = people.get(number), homes.get(values["number"])
    if number is not None and (person is None or person.pk not in seen["people"]):
        return "id_number", "登记库中没有可以列入的此人。请核对号码；尚未登记的，先登记户档案。"
    if values["number"] and (home is None or home.pk not in seen["homes"]):
        return "number", "登记库中没有可以列入的此户。请核对户编号。"
    if person and home and person.household_id != home.pk:
        return "number", f"此人登记在 {person.household.number} 户，与所填户编号不同。"
    if values["name"] and person and values["name"] != person.name:
        return (
            "name",
            f"此身份证号登记的是{masking.mask_name(person.name)}，与所填姓名不同。请核对姓名和号码。",
        )
    row.beneficiary = person if unit == Unit.PERSON else home or person.household
    return None


def _place(made, row, rosters):
    """Set the roster the beneficiary belongs to."""
    at_home = row.beneficiary.household if isinstance(row.beneficiary, Person) else row.beneficiary
    key = "institution" if isinstance(row.beneficiary, Institution) else queries.key_of(row.values)
    if gone := entries.why_gone(row.beneficiary):
        return key, f"此对象{gone.removeprefix('的档案')}，不能列入。"
    above = [one for one in rosters if one.organisation.covers(at_home.organisation)]
    if not above:
        if made.roster:
            return key, f"登记在{at_home.organisation}，不能列入{made.organisation}的名册。"
        return key, f"{at_home.organisation}没有正在拟订的名册，请先由其建立名册。"
    row.roster = max(above, key=lambda one: len(one.organisation.path))
    if made.is_handed_down and row.roster.organisation_id == made.organisation_id:
        return key, f"属于{made.organisation}本级的名册，不必下达。"
    return None


def _leave_out(made, reading, rows, by):
    """Whoever may not be listed; the category of higher precedence first, then the order of the list."""
    good = [row for row in rows if not row.errors]
    homes, institutions = _homes(row.who for row in good)
    ground = exclusions.ground(made.programme, homes=homes, institutions=institutions, viewer=by)
    sizes = family_sizes(homes, made.programme.family_rule)
    for row in sorted(good, key=lambda row: (row.category.precedence, row.number)):
        candidate = ground.candidate(row.category, family_size=_size(row, sizes), **row.who)
        said = ground.verdict(candidate, row.home)
        if said.refusal:
            _fault(row, reading, queries.key_of(row.values), said.refusal)
        elif said.caution and not row.values["exception_reason"]:
            _fault(
                row, reading, "exception_reason", f"{said.caution}确需列入的，请在“仍列入的理由”列写明理由。"
            )
        else:
            ground.accept(candidate, row.home)


def _fault(row, reading, key, reason):
    error = reading.cell_error(row.number, key, reason)
    row.errors.append([error.cell, error.column_heading, error.reason])


def _size(row, sizes):
    return sizes.get(row.home[1], 1) if row.home[0] == "household" else 1


def _staged(made, row):
    values = row.values
    shown = {key: values[key] for key in ("name", "number", "institution") if values[key]}
    found = EntryListRow(
        upload=made,
        excel_row=row.number,
        shown=shown,
        errors=row.errors,
        category_id=values["category"],
        reason=values["reason"] or "",
        exception_reason=values["exception_reason"] or "",
    )
    if not row.errors:
        found.roster = row.roster
        setattr(found, row.category.unit, row.beneficiary)
    return found


def _remarks(reading):
    unknown = [heading for heading in reading.unknown if heading not in OUR_HEADINGS]
    if unknown:
        yield f"这些列不认识，没有读入：{'、'.join(unknown)}。"


# -- writing -------------------------------------------------------------------------------------------


def _open_rosters(made, rows, by, at):
    """The rosters of the rows, locked and in drafting. Raises Refusal (of the gate) for one that is not."""
    move = "assign" if made.is_handed_down else "revise"
    wanted = Roster.objects.filter(pk__in={row.roster_id for row in rows}).select_related("organisation")
    rosters = {}
    for roster in wanted.order_by("pk"):
        if made.is_handed_down:
            entries.refuse_to_assign(roster.organisation, made.organisation, by)
        rosters[roster.pk] = workflow.perform(roster, move, by=by, at=at, reason=f"导入名单：{made.filename}")
    return rosters


def _refuse_overtaken(made, rows, homes, institutions, by):
    """Raise Refusal when the registry or another list has overtaken the preview."""
    ground = exclusions.ground(made.programme, homes=homes, institutions=institutions, viewer=by)
    sizes = family_sizes(homes, made.programme.family_rule)
    for row in sorted(rows, key=lambda row: (row.category.precedence, row.excel_row)):
        candidate = ground.candidate(row.category, family_size=_size(row, sizes), **row.who)
        said = ground.verdict(candidate, row.home)
        no = said.refusal or ("" if row.exception_reason else said.caution)
        no = no or (f"{gone.removeprefix('的档案')}。" if (gone := entries.why_gone(row.beneficiary)) else "")
        at_home = row.beneficiary.household if row.person_id else row.beneficiary
        if not no and not row.roster.organisation.covers(at_home.organisation):
            no = f"已不在{row.roster.organisation}登记。"
        if no:
            raise Refusal(
                f"预览之后情况有变化，没有写入任何内容。第 {row.excel_row} 行：{no}请重新上传名单。"
            )
        ground.accept(candidate, row.home)


def _write(made, rows, rosters, homes, by, at):
    sizes, explained = family_sizes(homes, made.programme.family_rule), _accounts(made, rows, dates.today(at))
    positions = queries.last_positions(rosters)
    written = []
    for row in rows:
        positions[row.roster_id] += 1
        written.append(
            RosterEntry(
                roster=rosters[row.roster_id],
                programme=made.programme,
                category=row.category,
                **row.who,
                position=positions[row.roster_id],
                origin=EntryOrigin.ASSIGNED if made.is_handed_down else EntryOrigin.IMPORT,
                assigned_by=made.organisation if made.is_handed_down else None,
                reason=row.reason,
                exception_reason=row.exception_reason,
                explanation=explained[row.pk][0],
                tried=explained[row.pk][1],
                family_size=_size(row, sizes),
                added_by=by,
                added_at=at,
            )
        )
    try:
        with transaction.atomic():
            return RosterEntry.objects.bulk_create(written, batch_size=1000)
    except IntegrityError:
        raise Refusal("有对象刚刚被列入别的名册，没有写入任何内容。请重新上传名单。") from None


def _accounts(made, rows, on):
    """{row id: (conditions in words, other categories tried)}, each unit's facts read together."""
    found, rule = {}, made.programme.family_rule
    for unit in Unit:
        ours = [row for row in rows if row.category.unit == unit]
        if not ours:
            continue
        tiers = tiers_of(made.programme, unit)
        facts = LOADERS[unit](list({row.beneficiary for row in ours}), on, rule)
        for row in ours:
            found[row.pk] = accounts(tiers, row.category_id, facts[row.beneficiary.pk])
    return found


def _homes(whos):
    """Ids of the households, and of the institutions."""
    keys = {exclusions.home_of(**who) for who in whos}
    return (
        {pk for kind, pk in keys if kind == "household"},
        {pk for kind, pk in keys if kind == "institution"},
    )


def _refuse_without_right(made, by):
    if made.is_handed_down:
        if not by.may("roster.assign", made.organisation):
            raise workflow.Refused(f"您没有以{made.organisation}名义下达对象的权限。", kind="permission")
        return
    if not by.may("roster.draft", made.roster.organisation):
        raise workflow.Refused(f"您没有调整{made.roster.organisation}名册的权限。", kind="permission")
    if made.roster.status != RosterStatus.DRAFTING:
        raise Refusal(f"名册现为“{made.roster.get_status_display()}”，不能再导入名单。")


def _refuse_unless_checked(made):
    sentences = {
        ImportState.CONFIRMED: "这份名单已经写入，没有重复办理。",
        ImportState.CANCELLED: "这份名单已经取消，请重新上传。",
    }
    if made.state != ImportState.CHECKED:
        raise Refusal(sentences[made.state])


def _locked(upload):
    rows = EntryList.objects.select_related("organisation", "programme", "roster__organisation")
    return rows.select_for_update(of=("self",)).get(pk=upload.pk)


def _drop(made):
    """Remove the rows of a list that was not written, and the file once the transaction stands."""
    if made.state != ImportState.CONFIRMED:
        made.rows.all().delete()
    storage, name = made.file.storage, made.file.name
    made.file = ""
    made.save(update_fields=["file"])
    if name:
        transaction.on_commit(lambda: storage.delete(name))
