"""load_programme FILE: write a plan into the database as a programme in drafting."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from beneficiaries import plan_file
from beneficiaries.queries.plans import check
from beneficiaries.services import plans
from welfare import audit
from welfare.errors import Refusal
from welfare.models import Organisation, User


class Command(BaseCommand):
    help = "载入方案文件，成为一个拟订中的方案；之后由他人批准。"

    def add_arguments(self, parser):
        parser.add_argument("file", help="方案文件，或随产品提供的方案编号（如 000-6）")
        parser.add_argument("--organiser", required=True, help="主办机构代码")
        parser.add_argument("--by", required=True, help="拟订人的用户名（须有方案管理权限）")
        parser.add_argument("--year", type=int, help="换算到哪一年的节日")

    def handle(self, *, file, organiser, by, year, **options):
        try:
            plan = plan_file.read(plan_file.named(file), year=year)
            with audit.coming_from("load_programme"):
                programme = plans.load_plan(
                    plan=plan,
                    organiser=_find(Organisation, "机构代码", code=organiser),
                    by=_find(User, "用户名", username=by),
                    at=timezone.now(),
                )
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"已载入《{programme}》第{programme.version}版，编号{programme.pk}，状态：拟订。")
        for finding in check(programme):
            self.stdout.write(f"请核对：{finding}")


def _find(model, label, **lookup):
    found = model.objects.filter(**lookup).first()
    if found is None:
        raise CommandError(f"没有{label}“{next(iter(lookup.values()))}”。")
    return found
