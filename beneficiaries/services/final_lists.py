"""公布: the final result, shown to residents after the last decision."""

from dataclasses import asdict
from datetime import timedelta

from django.db import IntegrityError, transaction

from beneficiaries.enums import EntryStatus, FinalListStatus, RosterStatus
from beneficiaries.models import FinalList, FinalListRow, Programme, Roster
from beneficiaries.queries import public_pages
from beneficiaries.services import notices
from welfare import audit, dates, workflow
from welfare.errors import Refusal


def default_body(roster):
    """The introduction an office begins with; it tells the steps that were taken, and no other."""
    told = "、".join(notices.steps_told(roster))
    how = f"经{told}，" if told else ""
    return (
        f"根据{notices.ground_of(roster.programme)}，{how}{roster.organisation.name}慰问对象已经确定，现将结果予以公布。"
        "慰问金和慰问品由本人签收，任何单位和个人不得代领、截留。"
    )


def preview(*, roster, at, body=""):
    """What ``publish`` would freeze now: (fields of the FinalList, [(entry, PublicRow)]). Writes nothing.

    Raises Refusal as ``publish`` does.
    """
    if roster.status != RosterStatus.FINAL:
        raise Refusal(f"名册现为“{roster.get_status_display()}”，定案后才能公布结果。")
    programme, on = roster.programme, dates.today(at)
    body = body.strip() or default_body(roster)
    notices.refuse_text(roster, body)
    hotline = programme.hotline or roster.organisation.hotline
    if not hotline:
        raise Refusal("公布须写明监督电话，请先在方案或机构资料中填写。")
    notices.refuse_contact(hotline)
    fields = {
        "title": f"{notices.occasion(programme)}慰问对象{'（补充）' if roster.supplement_to_id else ''}结果公布",
        "body": body,
        "unit_name": roster.organisation.name,
        "community_name": roster.organisation.name,
        "hotline": hotline,
        "display_until_on": on + timedelta(days=programme.display_days),
        "is_rehearsal": programme.is_rehearsal,
        "published_at": at,
    }
    return fields, notices.rows_of(roster, EntryStatus.FINAL, on)


@transaction.atomic
def publish(*, roster, by, at, body=""):
    """Show the final result of a roster for the programme's days of display. Returns the FinalList, rows frozen.

    The rows are masked as a notice's and are its own: what was struck after the notice is not on it. Raises
    Refusal before the roster is final, for words that may not be public, or when it is published already.
    A list of an earlier version of the roster is taken down.
    """
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=roster.pk)
    if not by.may("notice.post", roster.organisation):
        raise workflow.Refused("您没有公布结果的权限。", kind="permission")
    fields, rows = preview(roster=roster, at=at, body=body)
    earlier = FinalList.objects.filter(
        roster__programme__in=Programme.objects.versions_of(roster.programme).filter(
            year=roster.programme.year
        ),
        roster__organisation=roster.organisation,
        roster__supplement_to=roster.supplement_to_id,
        status=FinalListStatus.PUBLISHED,
    ).exclude(roster=roster)
    notices.take_down(earlier, by=by, at=at, reason="新版名册已公布")
    try:
        with transaction.atomic():
            made = FinalList.objects.create(roster=roster, published_by=by, **fields)
    except IntegrityError:
        raise Refusal("这份名册的结果已经公布。") from None
    FinalListRow.objects.bulk_create(
        (
            FinalListRow(final_list=made, entry=entry, position=entry.position, **asdict(row))
            for entry, row in rows
        ),
        batch_size=1000,
    )
    audit.record(
        action="final_list.publish",
        label="公布结果",
        by=by,
        at=at,
        target=made,
        after={"rows": len(rows), "display_until_on": made.display_until_on},
    )
    public_pages.changed(made.token)
    return made


def withdraw(*, final_list, by, at, reason):
    """Take it down before its time, with a reason; it may then be published anew. Its page is gone at once."""
    return workflow.perform(final_list, "withdraw", by=by, at=at, reason=reason)


def take_down_expired(at):
    """Take down every list whose display period is over. Returns how many."""
    expired = FinalList.objects.filter(status=FinalListStatus.PUBLISHED, display_until_on__lt=dates.today(at))
    return notices.take_down(expired, by=None, at=at, reason="展示期满")
