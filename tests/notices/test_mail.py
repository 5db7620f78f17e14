"""Mail from the ledger: what is in it, one mail per person, failures told truly and tried again."""

import smtplib
import threading
from datetime import timedelta
from email.message import Message

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from citybrain.notices.choices import DeliveryState, MailChoice, Way
from citybrain.notices.models import Delivery, Notice
from citybrain.notices.services import (
    deliver_digests,
    deliver_pending,
    mark_read,
    set_preference,
)
from citybrain.notices.services.mail import BACK_OFF, CLAIM, MAX_ATTEMPTS
from citybrain.organizations.models import User
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


class Refusing(EmailBackend):
    """A server that takes sign-in and refuses every message."""

    def send_messages(self, messages: list) -> int:
        raise smtplib.SMTPRecipientsRefused({"x": (550, b"no such person")})


class Unreachable(EmailBackend):
    tries = 0

    def open(self) -> bool:
        type(self).tries += 1
        raise ConnectionRefusedError


@pytest.fixture
def use_backend(settings):
    def use(backend: type[EmailBackend] | None) -> None:
        settings.EMAIL_BACKEND = (
            f"{backend.__module__}.{backend.__name__}"
            if backend
            else "django.core.mail.backends.locmem.EmailBackend"
        )

    return use


def immediately(person: User) -> None:
    set_preference(actor=actor_of(person), mail=MailChoice.IMMEDIATE, urgent=[])


def mail_row(person: User) -> Delivery:
    return Delivery.objects.exclude(way=Way.INBOX).get(notice__recipient=person)


def test_an_urgent_choice_is_mailed_at_once_and_once(world: World, told, outbox) -> None:
    immediately(world.police_head)
    told(world.police_head)
    assert deliver_pending().mails == 1
    assert deliver_pending().mails == 0
    assert [message.to for message in outbox] == [["police_head@example.com"]]
    row = mail_row(world.police_head)
    assert (row.state, row.attempts, row.next_attempt_at, row.error) == ("sent", 1, None, "")


def test_the_mail_holds_title_and_link_and_nothing_of_the_matter(
    world: World, told, outbox, settings
) -> None:
    settings.PUBLIC_URL = "https://portal.example.gov.cn"
    immediately(world.police_head)
    told(world.police_head, body="退回理由：张某某身份证号码有误")
    deliver_pending()
    [message] = outbox
    assert "居住证登记信息：提交签发" in message.subject
    notice = Notice.objects.get()
    assert f"https://portal.example.gov.cn/notices/{notice.pk}/" in message.body
    assert "张某某" not in message.body
    assert message.content_subtype == "plain"
    assert not message.attachments
    assert message.message()["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "title", ["标题\nBcc: all@example.com", "标题\r\n\r\n<html>正文", "a\x0bb"]
)
def test_a_title_cannot_add_a_header(world: World, told, outbox, title: str) -> None:
    immediately(world.police_head)
    told(world.police_head)
    # As if an older row held it: the mail does not rely on what tell() cleans.
    Notice.objects.update(title=title)
    assert deliver_pending().mails == 1
    parsed: Message = outbox[0].message()
    assert parsed["Bcc"] is None
    assert "\n" not in outbox[0].subject
    assert outbox[0].recipients() == ["police_head@example.com"]


def test_a_persons_lot_comes_as_one_mail(world: World, told, outbox) -> None:
    immediately(world.police_head)
    for number in range(60):
        told(world.police_head, title=f"第{number}条")
    assert deliver_pending().mails == 1
    [message] = outbox
    assert "60条新消息" in message.subject
    assert "第49条" in message.body
    assert "第50条" not in message.body
    assert "另有10条" in message.body
    assert Delivery.objects.filter(way=Way.EMAIL, state="sent").count() == 60


def test_a_refusal_is_on_the_ledger_and_tried_again(
    world: World, told, outbox, use_backend
) -> None:
    immediately(world.police_head)
    told(world.police_head)
    use_backend(Refusing)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert deliver_pending().failed == 1
        row = mail_row(world.police_head)
        assert row.state == DeliveryState.FAILED
        assert row.attempts == 1
        assert "邮件服务器未接收" in row.error
        assert row.next_attempt_at == timezone.now() + BACK_OFF[0]
        use_backend(None)
        assert deliver_pending().mails == 0
        clock.shift(BACK_OFF[0])
        assert deliver_pending().mails == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.next_attempt_at, row.error) == ("sent", 2, None, "")
    assert len(outbox) == 1


def test_after_the_last_attempt_it_has_failed(world: World, told, use_backend) -> None:
    immediately(world.police_head)
    told(world.police_head)
    use_backend(Refusing)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(MAX_ATTEMPTS + 3):
            deliver_pending()
            clock.shift(timedelta(days=1))
    row = mail_row(world.police_head)
    assert (row.state, row.attempts, row.next_attempt_at) == ("failed", MAX_ATTEMPTS, None)


def test_an_unreachable_server_is_tried_once_a_run(world: World, told, use_backend) -> None:
    for person in (world.police_head, world.police_security, world.health_head):
        immediately(person)
        told(person)
    use_backend(Unreachable)
    Unreachable.tries = 0
    assert deliver_pending().failed == 1
    assert Unreachable.tries == 1
    assert Delivery.objects.filter(way=Way.EMAIL, attempts=0).count() == 2
    assert "无法连接邮件服务器" in Delivery.objects.get(attempts=1).error


def test_a_broken_address_does_not_stop_the_others(world: World, told, outbox) -> None:
    for person in (world.police_head, world.police_security):
        immediately(person)
        told(person)
    User.objects.filter(pk=world.police_head.pk).update(email="a@example.com\nBcc: b@example.com")
    sent = deliver_pending()
    assert (sent.mails, sent.failed) == (1, 1)
    assert [message.to for message in outbox] == [["police_security@example.com"]]
    assert "邮箱地址无效" in mail_row(world.police_head).error


def test_a_worker_that_dies_leaves_the_row_for_the_next(
    world: World, told, outbox, monkeypatch
) -> None:
    immediately(world.police_head)
    told(world.police_head)

    def die(*args: object) -> str:
        raise KeyboardInterrupt

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            with monkeypatch.context() as patch:
                patch.setattr("citybrain.notices.services.mail._Post._send", die)
                with pytest.raises(KeyboardInterrupt):
                    deliver_pending()
            row = mail_row(world.police_head)
            assert (row.state, row.attempts) == ("pending", attempt)
            assert deliver_pending().mails == 0, "another worker took a claimed row"
            clock.shift(CLAIM)
        deliver_pending()
    row.refresh_from_db()
    assert (row.state, row.next_attempt_at) == ("failed", None)
    assert "未能确认送达" in row.error
    assert outbox == []


def test_what_was_read_meanwhile_is_not_mailed(world: World, told, outbox) -> None:
    told(world.police_head)
    mark_read(actor=actor_of(world.police_head), notice_id=Notice.objects.get().pk)
    assert deliver_digests().skipped == 1
    assert outbox == []
    row = mail_row(world.police_head)
    assert (row.state, row.error, row.next_attempt_at) == ("skipped", "已在站内阅读。", None)


def test_whoever_left_meanwhile_is_not_mailed(world: World, told, outbox) -> None:
    told(world.police_head)
    User.objects.filter(pk=world.police_head.pk).update(is_active=False)
    assert deliver_digests().skipped == 1
    assert outbox == []
    assert mail_row(world.police_head).state == DeliveryState.SKIPPED


def test_the_digest_is_one_mail_per_person_and_day(world: World, told, outbox) -> None:
    with time_machine.travel("2026-03-02T08:30:00+08:00", tick=False) as clock:
        for number in range(5):
            told(world.police_head, world.health_head, title=f"第{number}条")
        assert deliver_pending().mails == 0, "a digest row was mailed at once"
        assert deliver_digests().mails == 2
        assert sorted(message.to[0] for message in outbox) == [
            "health_head@example.com",
            "police_head@example.com",
        ]
        told(world.police_head, title="当天又来一条")
        assert deliver_digests().mails == 0
        clock.shift(timedelta(days=1))
        assert deliver_digests().mails == 1
    assert len(outbox) == 3
    assert "当天又来一条" in outbox[2].body


def test_a_person_reads_only_their_own_notices_in_the_digest(world: World, told, outbox) -> None:
    told(world.police_head, title="公安的事项")
    told(world.health_head, title="卫健的事项", subject=world.health)
    deliver_digests()
    bodies = {message.to[0]: message.subject + message.body for message in outbox}
    assert "卫健" not in bodies["police_head@example.com"]
    assert "公安" not in bodies["health_head@example.com"]


def test_a_failed_digest_is_tried_again_by_the_minute(world: World, told, use_backend) -> None:
    told(world.police_head)
    use_backend(Unreachable)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert deliver_digests().failed == 1
        use_backend(None)
        clock.shift(BACK_OFF[0])
        assert deliver_pending().mails == 1
    assert mail_row(world.police_head).state == DeliveryState.SENT


def test_a_deputys_mail_says_for_whom(world: World, told, stands_in, outbox) -> None:
    stands_in(world.police_head, world.police_security)
    immediately(world.police_security)
    told(world.police_head)
    deliver_pending()
    assert f"（代理{world.police_head.name}）" in outbox[0].body


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_workers_at_once_send_one_mail(world: World, told) -> None:
    immediately(world.police_head)
    for number in range(20):
        told(world.police_head, title=f"第{number}条")
    start = threading.Barrier(4)
    sent: list[int] = []

    def work() -> None:
        start.wait()
        try:
            sent.append(deliver_pending().mails)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sent) == [0, 0, 0, 1]
    assert len(mail.outbox) == 1
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 0), ("sent", 1)}
