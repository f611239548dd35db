"""milestones: what is overdue and due soon, for the log or the morning mail of an office."""

from datetime import date

from django.core.management.base import CommandError
from django.utils import timezone

from beneficiaries.queries import milestones
from welfare import dates
from welfare.management.base import LedgerCommand


class Command(LedgerCommand):
    help = "列出已批准方案中逾期和即将到期的时间节点"

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=milestones.SOON, help="多少天内到期（默认 7）")
        parser.add_argument("--on", help="以哪一天为准，如 2026-01-20（默认今天）")

    def handle(self, *, days, on, **options):
        try:
            on = date.fromisoformat(on) if on else dates.today(timezone.now())
        except ValueError:
            raise CommandError("--on 请写成 2026-01-20 的样子。") from None
        if days < 0:
            raise CommandError("--days 不能是负数。")
        calendar = dates.load_calendar()
        found = list(milestones.due(milestones.in_use(), on, days))
        overdue = sum(one.due_on < on for one in found)
        for one in found:
            self.stdout.write(
                f"{milestones.when(one, on, calendar)}  {milestones.deadline(one)}  {one.name}  "
                f"《{one.programme}》  责任：{milestones.whose(one)}"
            )
        self.stdout.write(f"逾期 {overdue} 项，{days} 天内到期 {len(found) - overdue} 项。")
