"""Queue again the jobs whose worker died."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from welfare import jobs


class Command(BaseCommand):
    help = "Queue again running jobs whose heartbeat stopped; give up on those tried three times. Run each minute."

    def handle(self, **options):
        again, given_up = jobs.reap(timezone.now())
        self.stdout.write(f"重新排队 {again} 项，放弃 {given_up} 项。")
