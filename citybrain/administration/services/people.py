"""People: created, changed, deactivated, helped when they cannot sign in. Nobody is deleted."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.administration.services.changes import changed, values_of
from citybrain.administration.services.roles import require_another_admin, set_roles
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import ApiToken, User
from citybrain.organizations.policies import people as policy
from citybrain.policies import require_anywhere

CHANGEABLE_FIELDS = ("name", "department", "post", "email", "phone")
CREATION_FIELDS = ("username", *CHANGEABLE_FIELDS)
# Read aloud on the telephone or copied from paper without mistakes: no 0 O, 1 l I.
PASSWORD_KINDS = ("abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789")
PASSWORD_GROUPS, GROUP_LENGTH = 4, 4
ONE_TIME_ROUNDS = 1_000


@dataclass(frozen=True)
class Issued:
    """A person and the one-time password to hand over; it is kept nowhere."""

    user: User
    password: str


def one_time_password() -> str:
    """Four groups of four characters (about 90 bits), with all kinds that the password rule asks."""
    alphabet = "".join(PASSWORD_KINDS)
    while True:
        groups = [
            "".join(secrets.choice(alphabet) for _place in range(GROUP_LENGTH))
            for _group in range(PASSWORD_GROUPS)
        ]
        password = "-".join(groups)
        if all(any(char in kind for char in password) for kind in PASSWORD_KINDS):
            return password


@transaction.atomic
def create_person(*, actor: Actor, values: Mapping[str, Any], roles: Iterable[str] = ()) -> Issued:
    """Creates an account from CREATION_FIELDS with a one-time password and `roles`.

    Raises ValidationError with the fields named, PermissionDenied.
    """
    require_anywhere(actor, "manage_people")
    user = User(**{name: values[name] for name in CREATION_FIELDS if name in values})
    password = _give_one_time_password(user)
    _validate(user)
    user.save()
    record(
        "organizations.person_created",
        actor=actor,
        subject=user,
        department=user.department,
        data=values_of(user, CREATION_FIELDS),
    )
    set_roles(actor=actor, user=user, role_codes=roles)
    return Issued(user, password)


@transaction.atomic
def change_person(*, actor: Actor, user: User, values: Mapping[str, Any]) -> User:
    """Changes the person's particulars. Who moves to another department leaves their roles behind.

    Unknown fields in `values` raise KeyError: a mistake in code, never in input.
    """
    policy.require(actor, "change", user)
    user = _claim(user)
    before = values_of(user, CHANGEABLE_FIELDS)
    old_department = user.department
    for name, value in values.items():
        if name not in CHANGEABLE_FIELDS:
            raise KeyError(name)
        setattr(user, name, value)
    _validate(user)
    if old_department is not None and user.department != old_department:
        user.department, new_department = old_department, user.department
        set_roles(actor=actor, user=user, role_codes=())
        user.department = new_department
    user.save()
    data = changed(before, values_of(user, CHANGEABLE_FIELDS))
    if data:
        record(
            "organizations.person_changed",
            actor=actor,
            subject=user,
            department=user.department,
            data=data,
        )
    return user


@transaction.atomic
def deactivate_person(*, actor: Actor, user: User, reason: str) -> None:
    """Closes the account: no sign-in, no open session, no token; what the person did stays.

    Raises ValidationError for oneself, for the last administrator, and without a reason.
    """
    policy.require(actor, "change", user)
    user = _claim(user)
    if actor.user_id == user.pk:
        raise ValidationError(_("不能停用本人的账号，请由其他管理人员办理。"))
    if not reason.strip():
        raise ValidationError({"reason": _("请填写停用原因。")})
    if not user.is_active:
        return
    require_another_admin(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    tokens = revoke_tokens(user)
    end_sessions(user)
    record(
        "organizations.person_changed",
        actor=actor,
        subject=user,
        department=user.department,
        data={
            "is_active": {"before": True, "after": False},
            "tokens_revoked": tokens,
            "reason": reason,
        },
    )


@transaction.atomic
def reactivate_person(*, actor: Actor, user: User) -> Issued:
    """Opens a closed account again, without its former roles and with a one-time password."""
    policy.require(actor, "change", user)
    user = _claim(user)
    if user.is_active:
        raise ValidationError(_("该账号未停用，无需恢复。"))
    set_roles(actor=actor, user=user, role_codes=())
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(
        "organizations.person_changed",
        actor=actor,
        subject=user,
        department=user.department,
        data={"is_active": {"before": False, "after": True}},
    )
    return reset_password(actor=actor, user=user)


@transaction.atomic
def reset_password(*, actor: Actor, user: User) -> Issued:
    """Replaces a forgotten password by a one-time one; sessions and tokens of the person end."""
    policy.require(actor, "reset", user)
    user = _claim(user)
    password = _give_one_time_password(user)
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user)
    record(
        "account.password_changed",
        actor=actor,
        subject=user,
        department=user.department,
        data={"one_time": True, "tokens_revoked": revoke_tokens(user)},
    )
    return Issued(user, password)


@transaction.atomic
def reset_second_factor(*, actor: Actor, user: User) -> None:
    """Removes a lost second factor, so that the person sets up a new one at the next sign-in."""
    policy.require(actor, "reset", user)
    if actor.user_id == user.pk:
        raise ValidationError(_("不能重置本人的两步验证，请由其他管理人员办理。"))
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    record(
        "account.second_factor_changed",
        actor=actor,
        subject=user,
        department=user.department,
        data={"removed": removed, "tokens_revoked": revoke_tokens(user)},
    )


def revoke_tokens(user: User) -> int:
    """Ends every live API token of the person; how many there were."""
    live = ApiToken.objects.filter(user=user, revoked_at=None)
    return live.update(revoked_at=timezone.now())


def end_sessions(user: User) -> None:
    """Ends every session of the person, on every device."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def _give_one_time_password(user: User) -> str:
    """Sets it on `user` without saving. Ninety random bits need no stretching against guessing:
    a few rounds are enough, and a workbook of hundreds of people is imported in seconds.
    """
    password = one_time_password()
    hasher = PBKDF2PasswordHasher()
    user.password = hasher.encode(password, hasher.salt(), iterations=ONE_TIME_ROUNDS)
    user.must_change_password = True
    return password


def _claim(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("department").get(pk=user.pk)


def _validate(user: User) -> None:
    user.full_clean(exclude=["password"])
    department = user.department
    if department is not None and department.retired_on is not None:
        raise ValidationError({"department": _("%s已撤并，请选择承接单位。") % department.name})
