"""manage.py demo_accounts: whom one can sign in as."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from citybrain.demo.cast import DEMO_PASSWORD, featured
from citybrain.demo.content import Content
from citybrain.organizations.models import User


class Command(BaseCommand):
    help = "Prints the demo accounts, if the demo is loaded."

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = featured(Content())
        present = set(
            User.objects.filter(
                username__in=[username for username, *_rest in accounts]
            ).values_list("username", flat=True)
        )
        if not present:
            return
        self.stdout.write(_("演示账号（密码均为 %s）：") % DEMO_PASSWORD)
        for username, name, department, post in accounts:
            if username in present:
                self.stdout.write(f"  {username:<20} {name}　{department}　{post}")
