"""The subject ``public`` of ``manage.py bench``: what residents read, beside a static file of the same gunicorn."""

from datetime import timedelta
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from beneficiaries.benchmarks import data, load, place
from beneficiaries.enums import EntryOrigin, StepKind
from beneficiaries.models import (
    AidCategory,
    Household,
    NoticeEntry,
    ProcedureStep,
    Programme,
    PublicNotice,
    Roster,
    RosterEntry,
)
from beneficiaries.services import notices
from welfare import dates, shelf
from welfare.benchmark import OWN, Bar, Case
from welfare.enums import Level

SOURCES = [Path(__file__), Path(data.__file__), Path(place.__file__)]
ROWS = 40
REQUESTS = 1200
STATIC = "/static/css/public.css"


def fill(persons):
    """A registry, and a notice of ROWS households in every community, two thirds of the way through its period."""
    data.fill(persons)
    county = place.find()
    clerk, now = place.staff("county"), timezone.now()
    today = dates.today(now)
    programme = Programme.objects.create(
        code="bench",
        name="春节慰问",
        organiser=county.county,
        season="2027年春节",
        year=2027,
        starts_on=today,
        ends_on=today + timedelta(days=60),
    )
    step = ProcedureStep.objects.create(
        programme=programme, position=1, kind=StepKind.NOTICE, level=Level.COUNTY, days=5
    )
    category = AidCategory.objects.create(programme=programme, name="困难", public_label="困难家庭")
    for community in county.communities:
        _post(programme, step, category, community, clerk, now)


def _post(programme, step, category, community, clerk, now):
    roster = Roster.objects.create(
        programme=programme, organisation=community, drafted_by=clerk, drafted_at=now
    )
    homes = Household.objects.filter(organisation=community).order_by("pk")[:ROWS]
    entries = RosterEntry.objects.bulk_create(
        RosterEntry(
            roster=roster,
            programme=programme,
            category=category,
            household=home,
            position=number,
            origin=EntryOrigin.SCREENING,
            added_by=clerk,
            added_at=now,
        )
        for number, home in enumerate(homes, start=1)
    )
    today = dates.today(now)
    notice = PublicNotice.objects.create(
        roster=roster,
        step=step,
        title="关于2027年春节慰问对象的公示",
        body="根据方案，现将拟列入的慰问对象予以公示，接受群众监督。",
        unit_name=str(community.parent),
        community_name=community.name,
        hotline="0999-5550000",
        starts_on=today - timedelta(days=2),
        ends_on=today + timedelta(days=3),
        display_until_on=today + timedelta(days=10),
        posted_at=now - timedelta(days=3),
        posted_by=clerk,
    )
    NoticeEntry.objects.bulk_create(
        NoticeEntry(
            notice=notice,
            entry=entry,
            position=entry.position,
            shown_name="张*明",
            group_name="3组",
            family_size=3,
            public_label="困难家庭",
            standard_text="每户慰问金500元，大米1袋",
        )
        for entry in entries
    )


def cases(persons, *, fast):
    """A warm page beside a static file; the index beside it; how long a page outlives its withdrawal."""
    shelf.clear("index")
    tokens = list(PublicNotice.objects.order_by("pk").values_list("token", flat=True))
    page, index = reverse("notice", args=[tokens[0]]), reverse("notice_index")

    def timed(path):
        def run():
            with load.server(workers=1) as port:
                load.seconds_each(port, path, 40)
                return load.seconds_each(port, path, REQUESTS)

        return run

    return [
        Case(
            "notice",
            "one request of a warm notice",
            {OWN: timed(page), "static": timed(STATIC)},
            (Bar(2, "static"),),
        ),
        Case(
            "index",
            "one request of the warm index",
            {OWN: timed(index), "static": timed(STATIC)},
            (Bar(2, "static"),),
        ),
        Case(
            "withdrawal",
            "requests begun after a withdrawal, under load on two workers, that still got the page",
            {OWN: _withdrawal},
            (Bar(0),),
            unit="pages",
            writes=True,
        ),
    ]


def _withdrawal():
    notice = PublicNotice.objects.filter(**{"status": "posted"}).order_by("-pk").first()
    clerk = place.staff("county")
    with load.server(workers=2) as port:
        return load.shown_after(
            port,
            reverse("notice", args=[notice.token]),
            lambda: notices.withdraw(notice=notice, by=clerk, at=timezone.now(), reason="名单有误"),
        )
