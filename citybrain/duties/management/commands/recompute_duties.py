"""Brings open duties in line with the calendar, after it changed by other means than the portal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from citybrain.duties.services import recompute
from citybrain.organizations.actors import system_actor


class Command(BaseCommand):
    help = "按当前工作日历重新计算未办结时限的到期日，逐项列出变化；重复执行不会再次改动。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="只处理涉及这一年放假安排的时限，例如 2027")

    def handle(self, *args: Any, **options: Any) -> None:
        changes = recompute(actor=system_actor(), year=options["year"])
        for change in changes:
            mark = "（暂定）" if change.duty.provisional else ""
            self.stdout.write(
                f"#{change.duty.pk} {change.duty.department} {change.duty}："
                f"{change.old_due_on:%Y-%m-%d} → {change.new_due_on:%Y-%m-%d}{mark}"
            )
        self.stdout.write(f"共更新 {len(changes)} 项时限。")
