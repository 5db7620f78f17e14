"""Sending mail from the ledger: claim a person's rows, send one mail, write down what came of it.

A row is claimed by moving its next attempt into the future before anything is sent, so two workers
never send the same row, and a worker that dies leaves a row that is tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.notices.choices import DeliveryState, Way
from citybrain.notices.mail import compose
from citybrain.notices.models import Delivery
from citybrain.organizations.models import User

log = structlog.get_logger(__name__)

# Waits after the first, second … failed attempt; after the last attempt the row has failed.
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
MAX_ATTEMPTS = len(BACK_OFF) + 1
# Longer than the slowest mail server that EMAIL_TIMEOUT puts up with.
CLAIM = timedelta(minutes=15)


@dataclass
class Sent:
    """What a run did, in mails and in ledger rows that needed none or failed."""

    mails: int = 0
    failed: int = 0
    skipped: int = 0


def deliver_pending() -> Sent:
    """Sends what is to be mailed at once: one mail per person for everything that waits.

    Digests that failed earlier are tried again as well. Run it as often as you like, in parallel
    too: a row is sent once, unless a worker dies between sending and writing that down.
    """
    now = timezone.now()
    _give_up(now)
    with _Post() as post:
        for way, least_attempts in ((Way.EMAIL, 0), (Way.DIGEST, 1)):
            for person_id in _people_waiting(way, now, least_attempts):
                post.deliver(person_id, way, now)
    return post.sent


def deliver_digests() -> Sent:
    """Sends each person one mail about everything that waits for the digest, once a day.

    What has been read in the portal meanwhile is left out and marked so. Whoever got a digest today
    gets the next one tomorrow.
    """
    now = timezone.now()
    _give_up(now)
    with _Post() as post:
        for person_id in _people_waiting(Way.DIGEST, now, 0):
            post.deliver(person_id, Way.DIGEST, now)
    return post.sent


def _people_waiting(way: Way, now: datetime, least_attempts: int) -> list[int]:
    waiting = Delivery.objects.filter(
        way=way, next_attempt_at__lte=now, attempts__gte=least_attempts
    )
    people = waiting.order_by("notice__recipient_id").values_list("notice__recipient_id", flat=True)
    return list(people.distinct())


def _give_up(now: datetime) -> None:
    """Settles rows whose last attempt ended without a word, because the worker died."""
    Delivery.objects.filter(next_attempt_at__lte=now, attempts__gte=MAX_ATTEMPTS).update(
        state=DeliveryState.FAILED,
        next_attempt_at=None,
        at=now,
        error=_("发送过程中断，未能确认送达。"),
    )


@transaction.atomic
def _claim(person_id: int, way: Way, now: datetime) -> tuple[list[Delivery], int]:
    """Takes the person's waiting rows for sending; returns them and how many need no mail.

    Workers wait for each other over one person, so that two never mail halves of the same lot.
    Nothing is taken when today's digest has gone out.
    """
    person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=person_id)
    if way == Way.DIGEST and _has_digest_of(person_id, now):
        return [], 0
    rows = list(
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(way=way, notice__recipient=person_id, next_attempt_at__lte=now)
        .select_related("notice__recipient", "notice__on_behalf_of")
        .order_by("id")
    )
    if not person.is_active or not person.email:
        return [], _skip(rows, now, _("人员已停用或没有邮箱。"))
    read = [row for row in rows if row.notice.read_at is not None]
    skipped = _skip(read, now, _("已在站内阅读。"))
    claimed = [row for row in rows if row.notice.read_at is None]
    for row in claimed:
        row.attempts += 1
        row.next_attempt_at = now + CLAIM
    Delivery.objects.bulk_update(claimed, ["attempts", "next_attempt_at"])
    return claimed, skipped


def _has_digest_of(person_id: int, now: datetime) -> bool:
    return Delivery.objects.filter(
        way=Way.DIGEST,
        state=DeliveryState.SENT,
        notice__recipient=person_id,
        at__date=timezone.localdate(now),
    ).exists()


def _skip(rows: Sequence[Delivery], now: datetime, why: str) -> int:
    return Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=DeliveryState.SKIPPED, next_attempt_at=None, at=now, error=why
    )


class _Post:
    """One run over one connection to the mail server; stops when the server cannot be reached."""

    def __init__(self) -> None:
        self.sent = Sent()
        self.connection: BaseEmailBackend | None = None
        self.opened = self.unreachable = False

    def __enter__(self) -> "_Post":
        return self

    def __exit__(self, *args: object) -> None:
        if self.connection is not None and not self.unreachable:
            self.connection.close()

    def deliver(self, person_id: int, way: Way, now: datetime) -> None:
        """Sends the person's mail of this way, if there is one to send, and keeps the ledger."""
        if self.unreachable:
            return
        rows, skipped = _claim(person_id, way, now)
        self.sent.skipped += skipped
        if not rows:
            return
        problem = self._send(rows)
        if problem:
            _note_failure(rows, problem)
            self.sent.failed += len(rows)
        else:
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
                state=DeliveryState.SENT, next_attempt_at=None, at=timezone.now(), error=""
            )
            self.sent.mails += 1

    def _send(self, rows: Sequence[Delivery]) -> str:
        """What went wrong, in Chinese, or nothing."""
        notices = [row.notice for row in rows]
        try:
            if self.connection is None:
                self.connection = get_connection()
                self.connection.open()
                self.opened = True
            self.connection.send_messages([compose(notices[0].recipient, notices)])
        except SMTPException as error:
            code = error.smtp_code if isinstance(error, SMTPResponseException) else 0
            log.warning("mail_refused", kind=type(error).__name__, smtp_status=code)
            # A refused sign-in or a lost connection concerns the server, not this person.
            self.unreachable = not self.opened or isinstance(error, SMTPServerDisconnected)
            return _("邮件服务器未接收（%(kind)s）。") % {"kind": code or type(error).__name__}
        except OSError as error:
            log.warning("mail_server_unreachable", kind=type(error).__name__)
            self.unreachable = True
            return _("无法连接邮件服务器。")
        except ValueError:
            return _("邮箱地址无效，请联系门户管理人员更正。")
        return ""


def _note_failure(rows: Sequence[Delivery], problem: str) -> None:
    now = timezone.now()
    for row in rows:
        last = row.attempts >= MAX_ATTEMPTS
        row.state = DeliveryState.FAILED
        row.at = now
        row.error = problem
        row.next_attempt_at = None if last else now + BACK_OFF[row.attempts - 1]
    Delivery.objects.bulk_update(rows, ["state", "at", "error", "next_attempt_at"])
