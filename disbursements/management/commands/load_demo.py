"""Load the demo data once: complete or not at all."""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from beneficiaries.models import Household, Programme
from disbursements.demo import people, stages
from disbursements.season.clock import Clock
from disbursements.season.register import import_register
from welfare import audit, dates
from welfare.errors import Refusal
from welfare.management.base import LedgerCommand

SAMPLE = settings.BASE_DIR / "beneficiaries" / "samples" / "registry-sample.xlsx"


class Command(LedgerCommand):
    help = "Load the demo: staff in every role, the sample register, programmes at several stages. Once; never in production."
    migrates_new_database = True

    def handle(self, **options):
        if not settings.DEBUG:
            raise CommandError("演示数据不能载入生产环境。")
        if Programme.objects.filter(code="winter-visit").exists():
            self.stdout.write("演示数据已经载入过。")
            return
        if Household.objects.exists():
            raise CommandError(
                "数据库里已有登记数据，不再载入演示数据。请用 quickstart --no-demo 启动，或换一个空库。"
            )
        today = dates.today(timezone.now())
        try:
            with transaction.atomic(), audit.coming_from("演示数据"):
                self._load(today)
        except Refusal as refusal:
            raise CommandError(f"演示数据没有载入：{refusal.message}") from refusal

    def _load(self, today):
        clock = Clock(today - timedelta(days=30))
        cast = people.hire_everybody(clock.tick())
        people.register_second_township(clock.tick())
        import_register(
            SAMPLE, organisation=cast.organisation, by=cast.township["register_clerk"], clock=clock
        )
        for stage in (
            stages.visits_under_way,
            stages.on_notice,
            stages.in_drafting,
            stages.awaiting_approval,
        ):
            programme = stage(cast, today)
            self.stdout.write(f"《{programme.name}》")
