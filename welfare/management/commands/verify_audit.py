"""Check that nobody changed the audit trail behind the application's back."""

from django.core.management.base import BaseCommand, CommandError

from welfare import audit


class Command(BaseCommand):
    help = "Seal new audit events, then recompute every chain; exit 1 and name the place when one is broken."

    def handle(self, **options):
        sealed = audit.seal()
        breaks = audit.verify()
        for found in breaks:
            self.stderr.write(f"机构 {found.organisation_id} 第 {found.sequence} 条：{found.message}")
        if breaks:
            raise CommandError(f"操作记录链断裂 {len(breaks)} 处。请保留数据库现状并报告督查。")
        self.stdout.write(f"新封签 {sealed} 条；全部操作记录完整。")
