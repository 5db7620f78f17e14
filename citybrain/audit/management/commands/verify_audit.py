"""manage.py verify_audit: does the trail hold, and if not, where does it first break?"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from citybrain.audit import agreement, sealing
from citybrain.audit.models import AuditRecord


class Command(BaseCommand):
    help = "Verifies the audit trail; names the first broken record and exits with 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--export-head", type=Path, help="write the chain's head to this file")
        parser.add_argument("--held-head", type=Path, help="check against a head exported earlier")

    def handle(self, *args: Any, **options: Any) -> None:
        held = self._read(options["held_head"]) if options["held_head"] else None
        broken = sealing.verify(held) or agreement.verify()
        if broken is not None:
            place = _("封印 %(seal)s，记录 %(record)s") % {
                "seal": broken.seal_number or "—",
                "record": broken.record_id or "—",
            }
            raise CommandError(_("审计链不完整：%s。%s") % (place, broken.reason))
        head = sealing.head()
        if head and options["export_head"]:
            options["export_head"].write_text(sealing.head_as_json(head))
        self.stdout.write(
            _("审计链完整：%(records)d 条记录，%(seals)d 个封印，链首 %(head)s。")
            % {
                "records": AuditRecord.objects.count(),
                "seals": head.number if head else 0,
                "head": head.digest if head else "—",
            }
        )

    def _read(self, path: Path) -> sealing.Head:
        try:
            content = json.loads(path.read_text())
            sealed_at = parse_datetime(content["sealed_at"])
            if sealed_at is None:
                raise ValueError(content["sealed_at"])
            return sealing.Head(int(content["number"]), str(content["digest"]), sealed_at)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(_("无法读取链首文件 %s。") % path) from error
