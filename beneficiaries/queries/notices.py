"""What the public may read of a notice: named columns as plain values, never model instances."""

from django.db.models import Q

from beneficiaries.enums import NoticeStatus, ObjectionStatus
from beneficiaries.models import NoticeEntry, Objection, PublicNotice

NOTICE_COLUMNS = (
    "id",
    "token",
    "status",
    "title",
    "round_number",
    "body",
    "unit_name",
    "community_name",
    "place",
    "hotline",
    "objection_place",
    "starts_on",
    "ends_on",
    "display_until_on",
    "is_rehearsal",
    "posted_at",
    "closed_at",
    "result_text",
    "step__days",
    "step__is_working_days",
    "roster__programme__code",
    "roster__organisation__code",
)
ROW_COLUMNS = ("position", "shown_name", "group_name", "family_size", "public_label", "standard_text")


def public_notice(token):
    """The notice of that token as a dict of ``NOTICE_COLUMNS``, or None."""
    return PublicNotice.objects.filter(token=token).values(*NOTICE_COLUMNS).first()


def is_on_display(notice, on):
    """May the public (still) see it: not withdrawn, and its display period not over."""
    return notice["status"] != NoticeStatus.WITHDRAWN and on <= notice["display_until_on"]


def takes_objections(notice, on):
    """Is its period running?"""
    return notice["status"] == NoticeStatus.POSTED and on <= notice["ends_on"]


def public_rows(notice_id):
    """The frozen rows, in order: tuples of ``ROW_COLUMNS``."""
    return list(NoticeEntry.objects.filter(notice=notice_id).order_by("position").values_list(*ROW_COLUMNS))


def public_objections(notice_id):
    """What is said in public of the objections: row number (None if about no row), days, answer, outcome."""
    found = (
        Objection.objects.filter(notice=notice_id)
        .order_by("received_at", "id")
        .values_list("entry_id", "received_at", "answered_at", "answer", "is_upheld")
    )
    numbers = dict(NoticeEntry.objects.filter(notice=notice_id).values_list("entry_id", "position"))
    return [(numbers.get(entry), *rest) for entry, *rest in found]


def on_display(on):
    """Real notices on display on the day, as dicts, by community."""
    shown = PublicNotice.objects.filter(
        ~Q(status=NoticeStatus.WITHDRAWN), display_until_on__gte=on, is_rehearsal=False
    )
    return list(
        shown.order_by("community_name", "-posted_at").values(
            "token", "title", "round_number", "community_name", "starts_on", "ends_on", "status"
        )
    )


def reply(reference):
    """What became of the objection of that reference number, as a dict, or None."""
    return (
        Objection.objects.filter(reference=reference)
        .values("received_at", "status", "about", "answer", "answered_at", "is_upheld", "notice__unit_name")
        .first()
    )


def is_answered(row):
    return row["status"] == ObjectionStatus.ANSWERED
