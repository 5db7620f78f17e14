"""Who has to sign in with a second factor."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from citybrain.organizations.actors import Actor
from citybrain.organizations.models import User


def lacks_second_factor(user: User, actor: Actor) -> bool:
    """Whether a role that the person holds or stands in for asks for one that is not set up."""
    wanted = actor.roles & set(settings.SECOND_FACTOR_ROLES)
    return bool(wanted) and not is_mfa_enabled(user)
