"""The mail that a person gets: text only, titles and links, nothing else of what it is about."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.notices.models import Notice
from citybrain.notices.text import one_line
from citybrain.organizations.models import User

LISTED = 50


def compose(person: User, notices: Sequence[Notice]) -> EmailMessage:
    """One mail about all of `notices`, which are `person`'s own.

    A single notice gives the subject line, several are counted there. Beyond the first 50 the mail
    says how many more wait in the inbox. Reasons and other words of the matter stay in the portal:
    mail leaves the government network.
    """
    subject = (
        notices[0].title if len(notices) == 1 else _("您有%(n)s条新消息") % {"n": len(notices)}
    )
    lines = [_("%(name)s：") % {"name": person.name}, ""]
    for notice in notices[:LISTED]:
        lines += [_headline(notice), address("notices:open", notice.pk), ""]
    if len(notices) > LISTED:
        lines += [_("另有%(n)s条，请登录门户查看。") % {"n": len(notices) - LISTED}, ""]
    lines += [
        _("全部消息：%(url)s") % {"url": address("notices:inbox")},
        _("邮件提醒设置：%(url)s") % {"url": address("notices:preferences")},
        _("本邮件由%(site)s自动发送，请勿直接回复。") % {"site": settings.SITE_NAME},
    ]
    return EmailMessage(
        subject=one_line(
            _("【%(site)s】%(what)s") % {"site": settings.SITE_NAME, "what": subject}, 150
        ),
        body="\n".join(lines),
        to=[person.email],
        # So that out-of-office replies do not come back (RFC 3834).
        headers={"Auto-Submitted": "auto-generated"},
    )


def address(url_name: str, *args: int) -> str:
    """The full address of a page of the portal, as people outside of it must write it."""
    return f"{settings.PUBLIC_URL}{reverse(url_name, args=args)}"


def _headline(notice: Notice) -> str:
    title = one_line(notice.title, 200)
    if notice.on_behalf_of is None:
        return title
    return _("（代理%(name)s）%(title)s") % {"name": notice.on_behalf_of.name, "title": title}
