"""Registering, signing in, suspending, and leaving without a trace of the person."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.identifiers import check_credit_code, normalise
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text, line_text
from citybrain.workflow import department_at
from sharing.developers import letters
from sharing.developers.choices import DeveloperKind, LetterKind
from sharing.developers.transitions import DEVELOPER
from sharing.models import Developer, DeveloperKey, DeveloperLetter, DeveloperSession

SESSION_LIFE = timedelta(hours=2)


def himself(developer: Developer) -> Actor:
    """The developer, whom a session or a link has proved; whoever makes it has decided that they may.

    Without a network address: the trail is kept when the developer is gone.
    """
    return Actor(name=str(_("开发者%s本人")) % developer, is_system=True)


def register(*, kind: str, name: str, email: str, purpose: str, credit_code: str = "") -> bool:
    """Has a link for confirming mailed; always True. Whether the address is known already nobody learns.

    Raises ValidationError by field.
    """
    given = _checked(kind=kind, name=name, credit_code=credit_code, purpose=purpose)
    letters.ask(LetterKind.CONFIRM, address_of(email), given)
    return True


def ask_to_sign_in(*, email: str) -> bool:
    """Has a link for signing in mailed, where the address is known; always True."""
    letters.ask(LetterKind.SIGN_IN, address_of(email))
    return True


def address_of(email: str) -> str:
    return email.strip().lower()


def _checked(*, kind: str, name: str, credit_code: str, purpose: str) -> dict[str, str]:
    given = {"kind": kind, "name": line_text(name), "purpose": cell_text(purpose)}
    errors: dict[str, Any] = {
        field: _("请填写。") for field in ("name", "purpose") if not given[field]
    }
    if kind not in DeveloperKind.values:
        errors["kind"] = _("请选择类别。")
    given["credit_code"] = normalise(credit_code) if kind == DeveloperKind.COMPANY else ""
    if kind == DeveloperKind.COMPANY:
        try:
            check_credit_code(given["credit_code"])
        except ValueError as error:
            errors["credit_code"] = str(error)
    if errors:
        raise ValidationError(errors)
    return given


@transaction.atomic
def follow(*, token: str) -> tuple[Developer, str]:
    """Uses a link up: confirms the registration or signs in. The developer and a session's secret.

    Raises Conflict when the link was used or is too old.
    """
    letter = letters.use(token)
    if letter is None:
        raise _spent()
    found = Developer.objects.filter(email=letter.email).first()
    if found is None and letter.kind == LetterKind.CONFIRM:
        found = confirmed(letter)
    if found is None:
        raise _spent()
    secret = secrets.token_urlsafe(32)
    DeveloperSession.objects.create(
        developer=found, digest=letters.digest_of(secret), ends_at=timezone.now() + SESSION_LIFE
    )
    return found, secret


def _spent() -> Conflict:
    return Conflict(_("链接已经使用过或者已经过期，请重新获取。"), state_label=_("链接失效"))


def confirmed(letter: DeveloperLetter) -> Developer:
    """Makes the developer of a letter whose link was followed."""
    series = f"KF{timezone.localdate().year}"
    try:
        with transaction.atomic():
            made = Developer.objects.create(
                number=f"{series}-{next_numbers(series)[0]:06}",
                email=letter.email,
                language=letter.language,
                **letter.given,
            )
    except IntegrityError:  # two letters of one address, followed at the same moment
        return Developer.objects.get(email=letter.email)
    # Who it is stays out of the trail, which is kept for years.
    record(
        "sharing.developer.registered",
        actor=himself(made),
        subject=made,
        department=department_at(made, DEVELOPER.department),
        data={"kind": made.kind},
    )
    return made


def of_session(secret: str) -> Developer | None:
    """Who has signed in with this secret, as long as the session lasts."""
    if not secret:
        return None
    session = (
        DeveloperSession.objects.select_related("developer")
        .filter(digest=letters.digest_of(secret), ends_at__gt=timezone.now())
        .first()
    )
    return session.developer if session else None


def sign_out(*, secret: str) -> None:
    DeveloperSession.objects.filter(digest=letters.digest_of(secret)).delete()


@transaction.atomic
def move(
    name: str,
    *,
    actor: Actor,
    developer: Developer,
    version: int | None = None,
    inputs: Mapping[str, str] | None = None,
) -> Developer:
    """Suspends or restores; the developer is told by mail. Raises as citybrain.workflow.perform."""
    given = {key: line_text(value)[:200] for key, value in (inputs or {}).items()}
    reason = given.get("reason", "")

    def changed(current: Developer) -> None:
        current.suspend_reason = reason if name == "suspend" else ""
        current.save(update_fields=["suspend_reason"])

    done = workflow.perform(
        DEVELOPER,
        name,
        obj=developer,
        actor=actor,
        version=version,
        inputs=given,
        change=changed,
    )
    kind = LetterKind.SUSPENDED if name == "suspend" else LetterKind.RESTORED
    letters.ask(kind, done.email, {"reason": reason}, language=done.language)
    return done


@transaction.atomic
def withdraw(*, developer: Developer) -> None:
    """The developer leaves: keys stop, sessions end, and who it was is removed.

    What stays is the number, the keys' ids, and the calls that were made with them.
    """
    actor, email = himself(developer), developer.email

    def emptied(current: Developer) -> None:
        now = timezone.now()
        current.name = current.credit_code = current.email = current.purpose = ""
        current.suspend_reason, current.withdrawn_at = "", now
        current.save()
        keys = DeveloperKey.objects.filter(developer=current)
        keys.update(name="")
        keys.filter(revoked_at=None).update(revoked_at=now)
        DeveloperSession.objects.filter(developer=current).delete()
        DeveloperLetter.objects.filter(email=email).delete()

    workflow.perform(DEVELOPER, "withdraw", obj=developer, actor=actor, change=emptied)
