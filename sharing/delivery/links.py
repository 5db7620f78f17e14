"""Signed links: whoever was given one fetches without signing in, for a time, and on record.

A link is of one person and stops with their right, with the grant, and when its time is over.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.http import Http404

from citybrain.organizations.actors import Actor, actor_for
from citybrain.organizations.models import User

SALT = "sharing.delivery.links"
# A package is encrypted, and its transfer may be resumed; a file is neither.
LIVES: dict[str, timedelta] = {"package": timedelta(hours=24), "file": timedelta(minutes=10)}
LONGEST = 300


@dataclass(frozen=True)
class Link:
    """`kind` is one of LIVES, `pk` the package or the authorization."""

    kind: str
    pk: int
    actor: Actor


def token_for(kind: str, pk: int, actor: Actor) -> str:
    return signing.dumps([kind, pk, actor.user_id], salt=SALT)


def read(token: str, *, ip: str, request_id: str) -> Link:
    """What a link is for, in the name of its person. Raises Http404 for any that does not hold."""
    if len(token) > LONGEST:
        raise Http404
    try:
        kind, pk, user_id = signing.loads(token, salt=SALT)
        signing.loads(token, salt=SALT, max_age=LIVES[kind])
    except signing.BadSignature:
        raise Http404 from None
    person = User.objects.select_related("department").filter(pk=user_id, is_active=True).first()
    if person is None:
        raise Http404
    return Link(kind, pk, actor_for(person, ip=ip, request_id=request_id))
