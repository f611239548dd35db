"""check_programme FILE: tell what does not add up in a plan; exit 1 when anything does not."""

import sys

from django.core.management.base import BaseCommand, CommandError

from beneficiaries import plan_file
from beneficiaries.rules import plan_check


class Command(BaseCommand):
    help = "核对方案文件：数字、名额、类别、程序和时间是否对得上。有问题时逐条列出，退出码为 1。"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", help="方案文件，或随产品提供的方案编号（如 000-6）")
        parser.add_argument("--year", type=int, help="换算到哪一年的节日")

    def handle(self, *, file, year, **options):
        try:
            plan = plan_file.read(plan_file.named(file), year=year)
        except plan_file.PlanError as error:
            raise CommandError(error.message) from None
        findings = plan_check.check(plan)
        first, last = plan.settings["starts_on"], plan.settings["ends_on"]
        self.stdout.write(plan.settings["name"] + (f"（{first}至{last}）" if first and last else ""))
        for number, finding in enumerate(findings, 1):
            self.stdout.write(f"{number}. {finding}")
        if findings:
            sys.exit(1)
        self.stdout.write("没有发现问题。")
