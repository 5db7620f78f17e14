"""manage.py load_demo: departments, people, entries and everything they did since December 2024."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.models import AuditRecord
from citybrain.demo.loading import load, was_interrupted
from citybrain.organizations.models import Department


class Command(BaseCommand):
    help = "Loads the demo into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when departments exist"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if was_interrupted():
            raise CommandError(_("演示数据上次没有载完，请清空后重新载入：make reset-demo YES=1"))
        if Department.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError(_("数据库中已有单位，演示数据只能载入空库。"))
        started = time.monotonic()
        # Two years of notices are not mailed to anybody: the backend drops what it is given.
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
            load(until=timezone.now())
        self.stdout.write(
            _("演示数据已载入：%(records)d 条审计记录，用时 %(seconds).0f 秒。")
            % {"records": AuditRecord.objects.count(), "seconds": time.monotonic() - started}
        )
