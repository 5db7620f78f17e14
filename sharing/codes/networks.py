"""Where a code is used from: a network that it was never used from before may mean that it leaked.

The first network of a code is where its consumer installed it and is only remembered. Every further
one is told, once, to the security officers of the consumer and of the bureau, whether the call was
served or refused: whoever made it had the secret. Networks are told apart by /24 (IPv6: /64), so
that the machines of one site are one.
"""

import ipaddress
from datetime import datetime
from functools import lru_cache

from django.db import connection, transaction
from django.utils.translation import gettext as _

from citybrain.notices.services import people_to_tell, tell
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import Department, User
from sharing.models import AuthorizationCode, CodeNetwork

PREFIX = {4: 24, 6: 64}
MOST_KNOWN = 50_000
LOCK_CLASS = 0x434E  # the first half of the advisory locks taken here
NEW = f"""
INSERT INTO {CodeNetwork._meta.db_table} (code_id, network, first_seen, told)
SELECT %s, %s, %s, EXISTS (SELECT FROM {CodeNetwork._meta.db_table} WHERE code_id = %s)
ON CONFLICT DO NOTHING RETURNING told
"""  # noqa: S608 - the name of a table only

# What this process knows to be in the table: nothing is ever taken out of that.
_known: set[tuple[int, str]] = set()


@lru_cache(maxsize=4096)
def network_of(ip: str) -> str:
    """The network that the address belongs to, "" for what is no address."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, PREFIX[address.version]), strict=False))


def watch(code_id: int, ip: str, at: datetime) -> None:
    """Remembers where the code was presented from, and tells of a network that is not its first."""
    network = network_of(ip)
    if not network or (code_id, network) in _known:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two first calls at once must not both be taken for the first.
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, code_id % 2**31])
            cursor.execute(NEW, [code_id, network, at, code_id])
            row = cursor.fetchone()
        if row is not None and row[0]:
            _tell(AuthorizationCode.objects.get(pk=code_id), network, ip)
    if len(_known) > MOST_KNOWN:
        _known.clear()
    _known.add((code_id, network))


def _tell(code: AuthorizationCode, network: str, ip: str) -> None:
    authorization = code.authorization
    tell(
        people=_watchers(authorization.consumer),
        kind="sharing.code.new_network",
        title=_("授权码%(code)s从新的网段%(network)s使用，请核实是否泄露")
        % {"code": code, "network": network},
        body=_(
            "授权%(number)s的授权码首次从%(ip)s调用。如不是本单位的系统，请立即暂停或停用该授权码"
            "并重新领取；如是，可在授权码的限定网段中写明。"
        )
        % {"number": authorization.number, "ip": ip},
        subject=code,
    )


def _watchers(consumer: Department) -> list[User]:
    """The security officers of the consumer, and whoever has that task at the bureau."""
    bureaus = Department.objects.active().filter(competences__contains=[Competence.BIG_DATA])
    found = {
        person.pk: person
        for department in (consumer, *bureaus)
        for person in people_to_tell("watch_codes", department)
    }
    return list(found.values())
