from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from beneficiaries.services import organisations
from welfare.errors import Refusal


class Command(BaseCommand):
    help = "导入机构（CSV：code,name,short_name,parent_code,level,line,hotline,address），按代码新增或更新"

    def add_arguments(self, parser):
        parser.add_argument("file", help="CSV 文件，UTF-8；上级排在下级之前")

    def handle(self, *args, file, **options):
        try:
            created, updated = organisations.load(rows=organisations.read(file), by=None, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"机构：新增 {created} 个，更新 {updated} 个。")
