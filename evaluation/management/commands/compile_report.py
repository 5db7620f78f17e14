"""manage.py compile_report: the annual report of a year as files, by the same services."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from citybrain.organizations.actors import system_actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from evaluation.choices import ReportState
from evaluation.models import AnnualReport
from evaluation.queries import facts_of
from evaluation.report.facts_json import to_json
from evaluation.services import reports


class Command(BaseCommand):
    help = "Compiles the annual report: report, facts and the SM3 digest of the facts, as files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--output", type=Path, required=True, help="a directory")

    def handle(self, *args: Any, year: int, output: Path, **options: Any) -> None:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(_("不能写入目录 %s。") % output) from error
        report = self._compile(year)
        files = {
            f"report-{year}.docx": bytes(report.document or b""),
            f"facts-{year}.json": to_json(facts_of(report)).encode(),
            f"facts-{year}.json.sm3": f"{report.digest}\n".encode(),
        }
        for name, content in files.items():
            (output / name).write_bytes(content)
            self.stdout.write(str(output / name))
        self.stdout.write(_("事实数据的SM3摘要：%s") % report.digest)

    def _compile(self, year: int) -> AnnualReport:
        try:
            report = reports.request(actor=system_actor(), year=year)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except Conflict as error:
            raise CommandError(str(error)) from error
        except Department.DoesNotExist as error:
            raise CommandError(_("还没有大数据主管部门，请先建立单位（bootstrap）。")) from error
        reports.compile_now(report.pk)
        report.refresh_from_db()
        if report.state != ReportState.DONE:
            raise CommandError(report.error or _("报告已由后台任务接手编制，请稍后在页面查看。"))
        return report
