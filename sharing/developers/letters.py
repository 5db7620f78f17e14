"""Mail to developers: asked for by anybody, sent by the worker, its link used once.

Whoever asks gets the same answer after the same work, whether the address is known or not: what is to
be mailed, and whether anything, is decided by the worker.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery.exceptions import OperationalError
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from citybrain import allowance, claims
from citybrain.crypto import hmac_sm3_hex
from sharing.developers.choices import ASKED_FOR, LetterKind
from sharing.models import Developer, DeveloperLetter

log = structlog.get_logger(__name__)
HOUR = timedelta(hours=1)
PER_HOUR = 10  # letters that one network address may ask for
PER_ADDRESS = 3  # letters that one e-mail address gets within an hour
LIFE = {LetterKind.CONFIRM: timedelta(hours=24), LetterKind.SIGN_IN: timedelta(minutes=30)}
SIGNER = TimestampSigner(salt="sharing.developers.letter")
MOST_AT_ONCE = 200


def may_ask(ip: str, at: datetime) -> bool:
    """Counts one request of this network address and says whether it is taken.

    When Redis is away all addresses share one allowance, counted from the letters of the hour.
    """
    number = allowance.one_more("developer-letters", ip, at, HOUR)
    if number is not None:
        return number <= PER_HOUR
    return DeveloperLetter.objects.filter(asked_at__gt=at - HOUR).count() < PER_HOUR


@transaction.atomic
def ask(
    kind: str, email: str, given: Mapping[str, Any] | None = None, *, language: str = ""
) -> None:
    """Has a letter sent, in the language of the moment unless another is given."""
    letter = DeveloperLetter.objects.create(
        kind=kind,
        email=email,
        given=dict(given or {}),
        language=language or translation.get_language() or settings.LANGUAGE_CODE,
    )
    transaction.on_commit(lambda: start(letter))


def start(letter: DeveloperLetter) -> None:
    """Queues a letter; when the queue is away, the job that sends what waits finds it."""
    from sharing.developers.tasks import send_letter

    task: Any = send_letter
    try:
        task.delay(letter.pk)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("sharing.letter.not_queued", error=type(error).__name__)


def send_waiting() -> int:
    """Sends what waits and deletes links that are too old; returns how many letters were tried."""
    now = timezone.now()
    DeveloperLetter.objects.filter(ends_at__lt=now).delete()
    DeveloperLetter.objects.filter(asked_at__lt=now - LIFE[LetterKind.CONFIRM]).delete()
    waiting = DeveloperLetter.objects.filter(claims.free(now), sent_at=None)
    found = list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    return sum(send(pk) for pk in found)


def send(pk: int) -> bool:
    """Sends one letter, unless somebody else does or nothing is to be sent."""
    rows = DeveloperLetter.objects.filter(pk=pk, sent_at=None)
    if not claims.take(rows):
        return False
    letter = rows.get()
    if letter.attempts > claims.MOST_ATTEMPTS or not _is_wanted(letter):
        letter.delete()
        return False
    secret = secrets.token_urlsafe(24)
    if letter.kind in ASKED_FOR:
        letter.digest = digest_of(secret)
        letter.ends_at = timezone.now() + LIFE[LetterKind(letter.kind)]
        letter.save(update_fields=["kind", "given", "digest", "ends_at"])
    with translation.override(letter.language):
        message = _compose(letter, SIGNER.sign(secret))
    try:
        message.send()
    except OSError as error:  # SMTPException is one; the claim runs out and it is tried again
        log.warning("sharing.letter.not_sent", error=type(error).__name__)
        return True
    if letter.kind in ASKED_FOR:
        letter.sent_at = timezone.now()
        letter.save(update_fields=["sent_at"])
    else:
        letter.delete()
    return True


def _is_wanted(letter: DeveloperLetter) -> bool:
    """Whether there is anybody to write to; who registers again gets a link for signing in instead."""
    if letter.kind not in ASKED_FOR:
        return True
    before = DeveloperLetter.objects.filter(
        email=letter.email, kind__in=ASKED_FOR, pk__lt=letter.pk, asked_at__gt=timezone.now() - HOUR
    )
    if before.count() >= PER_ADDRESS:
        return False
    is_known = Developer.objects.filter(email=letter.email).exists()
    if is_known and letter.kind == LetterKind.CONFIRM:
        letter.kind, letter.given = LetterKind.SIGN_IN, {"again": True}
    return is_known or letter.kind == LetterKind.CONFIRM


def read(token: str) -> DeveloperLetter | None:
    """The letter whose link this is; None when it was used, is too old or was never sent."""
    try:
        secret = SIGNER.unsign(token, max_age=LIFE[LetterKind.CONFIRM])
    except BadSignature:
        return None
    rows = DeveloperLetter.objects.filter(digest=digest_of(secret), ends_at__gt=timezone.now())
    return rows.first()


def use(token: str) -> DeveloperLetter | None:
    """The same, and the link is used up: of two who follow it at once one gets it."""
    letter = read(token)
    if letter is None:
        return None
    deleted, _rows = DeveloperLetter.objects.filter(pk=letter.pk).delete()
    return letter if deleted else None


def digest_of(secret: str) -> str:
    return hmac_sm3_hex(settings.CODE_PEPPER.encode(), f"developer|{secret}".encode())


def _compose(letter: DeveloperLetter, token: str) -> EmailMessage:
    path = reverse("developers:link", args=[token]) if letter.kind in ASKED_FOR else ""
    subject, text = _words(letter)
    lines = [text, ""]
    if path:
        lines += [f"{settings.PUBLIC_URL}{path}", ""]
        lines += [_("链接只能使用一次。如果不是您本人的操作，请忽略本邮件，不要转发链接。"), ""]
    lines.append(_("本邮件由%(site)s自动发送，请勿直接回复。") % {"site": _site()})
    return EmailMessage(
        subject=f"[{_site()}] {subject}",
        body="\n".join(lines),
        to=[letter.email],
        headers={"Auto-Submitted": "auto-generated"},  # RFC 3834
    )


def _site() -> str:
    is_english = (translation.get_language() or "").startswith("en")
    return settings.OPEN_CATALOG_TITLE_EN if is_english else settings.OPEN_CATALOG_TITLE


def _words(letter: DeveloperLetter) -> tuple[str, str]:
    reason = letter.given.get("reason", "")
    if letter.kind == LetterKind.CONFIRM:
        return _("请确认注册"), _("请在24小时内打开以下链接，确认注册为开放数据开发者：")
    if letter.kind == LetterKind.SUSPENDED:
        return _("您的密钥已暂停使用"), _("您的开放服务密钥已暂停使用。原因：%s") % reason
    if letter.kind == LetterKind.RESTORED:
        return _("您的密钥已恢复使用"), _("您的开放服务密钥已恢复使用。说明：%s") % reason
    if letter.kind == LetterKind.CORRECTED:
        return _("您使用的开放数据已更正"), _corrected(letter.given)
    text = _("请在30分钟内打开以下链接登录：")
    if letter.given.get("again"):
        text = _("这个邮箱已经注册过，不需要再次注册。") + text
    return _("登录链接"), text


def _corrected(given: Mapping[str, Any]) -> str:
    """Which data, how much of it, and where it is fetched anew; no values."""
    words = {"title": given["title"], "rows": given["rows"]}
    told = (
        _("您调用过的开放数据“%(title)s”已校核更正%(rows)d行，请重新取得，更新已经取用的数据。")
        if given["rows"]
        else _("您调用过的开放数据“%(title)s”已校核更正，请重新取得，更新已经取用的数据。")
    )
    return f"{told % words}\n\n{settings.PUBLIC_URL}{given['path']}"
