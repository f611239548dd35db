"""What the public may read of a notice: named columns as plain values, never model instances."""

from django.db.models import Exists, OuterRef, Q

from beneficiaries.enums import FinalListStatus, NoticeStatus, ObjectionStatus, StepKind
from beneficiaries.models import (
    FinalList,
    FinalListRow,
    NoticeChannel,
    NoticeEntry,
    Objection,
    PublicNotice,
    RosterEntry,
)
from beneficiaries.queries import objections, rosters
from welfare.models import Organisation

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
    "roster__programme__year",
    "roster__organisation__code",
)
FINAL_COLUMNS = (
    "id",
    "token",
    "status",
    "title",
    "body",
    "unit_name",
    "community_name",
    "hotline",
    "display_until_on",
    "is_rehearsal",
    "published_at",
    "roster__programme__year",
    "roster__organisation__code",
)
ROW_COLUMNS = ("position", "shown_name", "group_name", "family_size", "public_label", "standard_text")


def unproved(notice, shown=None):
    """Channels that the step asks for and no photo proves yet; ``shown`` are the notice's NoticeChannels, if read."""
    if shown is None:
        shown = NoticeChannel.objects.filter(notice=notice, voided_at=None)
    proved = {one.kind for one in shown if one.voided_at is None}
    return [kind for kind in notice.step.channels if kind not in proved]


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


def public_channels(notice_id):
    """Where else it is shown: (kind, place, day), in order."""
    shown = NoticeChannel.objects.filter(notice=notice_id, voided_at=None).order_by("shown_on", "id")
    return [(channel.get_kind_display(), channel.place, channel.shown_on) for channel in shown]


def public_objections(notice_id):
    """What is said in public of the objections to this round: row number (None if about no row), days, what was
    done, outcome."""
    found = (
        objections.of_round(PublicNotice.objects.get(pk=notice_id))
        .order_by("received_at", "id")
        .values_list("entry_id", "received_at", "answered_at", "answer", "is_upheld", "action")
    )
    numbers = dict(NoticeEntry.objects.filter(notice=notice_id).values_list("entry_id", "position"))
    return [(numbers.get(entry), *rest) for entry, *rest in found]


def entries_of(notice_id, entry_id=None):
    """The entries on a notice, and one more, with their households."""
    wanted = Q(notice_rows__notice=notice_id) | Q(pk=entry_id)
    return rosters.for_pages(RosterEntry.objects.filter(wanted).distinct())


def shown_refusal(entry):
    """The sentence why the category of an entry may not change any more, or None.

    A notice behind the roster has shown it and none is to come: the roster must go back before that notice.
    """
    here = entry.roster.step.position
    behind = NoticeEntry.objects.filter(
        entry=entry,
        notice__roster=entry.roster_id,
        notice__step__position__lt=here,
        notice__closed_at__isnull=False,
    )
    if entry.programme.steps.filter(kind=StepKind.NOTICE, position__gt=here).exists() or not behind.exists():
        return None
    return f"本对象已按“{entry.category}”公示。请先把名册退回到公示之前的环节再认定，然后重新公示。"


# -- the final result ------------------------------------------------------------------------------


def final_list(token):
    """The final list of that token as a dict of ``FINAL_COLUMNS``, or None."""
    return FinalList.objects.filter(token=token).values(*FINAL_COLUMNS).first()


def final_rows(list_id):
    """Its frozen rows, in order: tuples of ``ROW_COLUMNS``."""
    return list(
        FinalListRow.objects.filter(final_list=list_id).order_by("position").values_list(*ROW_COLUMNS)
    )


def is_published(found, on):
    """May the public (still) see this final list?"""
    return found["status"] == FinalListStatus.PUBLISHED and on <= found["display_until_on"]


# -- the index -------------------------------------------------------------------------------------


def _listed(rows, on):
    return rows.filter(display_until_on__gte=on, is_rehearsal=False, roster__programme__is_listed=True)


def notices_on_display(on):
    """Notices that the index names on the day: not withdrawn, no rehearsal, of a programme that is listed."""
    return _listed(PublicNotice.objects.exclude(status=NoticeStatus.WITHDRAWN), on)


def finals_on_display(on):
    """Final lists that the index names on the day."""
    return _listed(FinalList.objects.filter(status=FinalListStatus.PUBLISHED), on)


def communities_on_display(on, *, township="", text=""):
    """Organisations with something on display, in the order of the tree; of the office with that code, named so."""
    here = {"roster__organisation": OuterRef("pk")}
    shown = Q(Exists(notices_on_display(on).filter(**here))) | Q(Exists(finals_on_display(on).filter(**here)))
    found = Organisation.objects.filter(shown)
    if township:
        found = found.filter(parent__code=township)
    if text:
        found = found.filter(name__icontains=text)
    return found.order_by("path")


def townships_on_display(on):
    """(code, name) of the offices right above them, in the order of the tree."""
    below = communities_on_display(on).order_by().values("parent")
    return list(Organisation.objects.filter(pk__in=below).order_by("path").values_list("code", "name"))


def shown_of(communities, on):
    """{organisation id: (notices, final lists)} as dicts, newest first; two queries."""
    found = {pk: ([], []) for pk in communities}
    notices = notices_on_display(on).filter(roster__organisation__in=communities)
    columns = ("roster__organisation", "token", "title", "round_number", "starts_on", "ends_on", "status")
    for row in notices.order_by("-posted_at", "-pk").values(*columns):
        found[row["roster__organisation"]][0].append(row)
    finals = finals_on_display(on).filter(roster__organisation__in=communities)
    for row in finals.order_by("-published_at", "-pk").values(
        "roster__organisation", "token", "title", "published_at", "display_until_on"
    ):
        found[row["roster__organisation"]][1].append(row)
    return found


# -- objections ------------------------------------------------------------------------------------


def reply(reference):
    """What became of the objection of that reference number, as a dict, or None."""
    return (
        Objection.objects.filter(reference=reference)
        .values(
            *("received_at", "due_on", "status", "about", "answer", "answered_at", "is_upheld"),
            "notice__unit_name",
        )
        .first()
    )


def is_answered(row):
    return row["status"] == ObjectionStatus.ANSWERED
