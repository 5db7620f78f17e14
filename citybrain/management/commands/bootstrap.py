"""manage.py bootstrap: the first departments and the first administrator of a new installation.

Everybody else is then created by that administrator on the pages or from a workbook.
"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from citybrain.administration.services.departments import create_department
from citybrain.administration.services.people import Issued, create_person
from citybrain.organizations.actors import system_actor
from citybrain.organizations.choices import Competence, Kind, Level
from citybrain.organizations.models import Department


class Command(BaseCommand):
    help = "Creates the city government, the big-data bureau and its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--region-code", required=True, help="GB/T 2260, such as 460100")
        parser.add_argument("--city-credit-code", required=True, help="of the city government")
        parser.add_argument("--bureau-credit-code", required=True, help="of the big-data bureau")
        parser.add_argument("--username", required=True, help="of the first administrator")
        parser.add_argument("--name", required=True, help="of the first administrator")
        parser.add_argument("--city-name", default=settings.CITY_GOVERNMENT)
        parser.add_argument("--bureau-name", default=settings.AUTHORITY_NAME)

    def handle(self, *args: Any, **options: Any) -> None:
        if Department.objects.exists():
            raise CommandError(_("已有单位，本命令只用于全新安装；请在机构管理页面办理。"))
        try:
            issued = self._create(options)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(
            _(
                "已建立%(city)s、%(bureau)s和管理员 %(username)s。一次性密码（只显示这一次）：%(password)s"
            )
            % {
                "city": options["city_name"],
                "bureau": options["bureau_name"],
                "username": issued.user.username,
                "password": issued.password,
            }
        )

    @transaction.atomic
    def _create(self, options: dict[str, Any]) -> Issued:
        actor = system_actor()
        common = {
            "region_code": options["region_code"],
            "level": Level.CITY,
            "kind": Kind.GOVERNMENT,
        }
        city = create_department(
            actor=actor,
            values={
                **common,
                "code": "city",
                "name": options["city_name"],
                "short_name": options["city_name"][:40],
                "credit_code": options["city_credit_code"],
                "catalog_number": "001",
                "competences": [Competence.GOVERNMENT],
                "order": 10,
            },
        )
        bureau = create_department(
            actor=actor,
            values={
                **common,
                "code": "bureau",
                "name": options["bureau_name"],
                "short_name": options["bureau_name"][:40],
                "credit_code": options["bureau_credit_code"],
                "catalog_number": "002",
                "competences": [Competence.BIG_DATA],
                "parent": city,
                "order": 20,
            },
        )
        return create_person(
            actor=actor,
            values={
                "username": options["username"],
                "name": options["name"],
                "department": bureau,
            },
            roles=["bureau_admin"],
        )
