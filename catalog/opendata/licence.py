"""The terms under which open data may be used: the bureau's default, from the settings."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Licence:
    """`code` as CKAN names it, `authority_url` the same licence in the EU's list, if it is there."""

    code: str
    title: str
    url: str
    authority_url: str = ""


def default() -> Licence:
    """What holds for every open dataset."""
    return Licence(*settings.OPEN_LICENCE)
