"""Issuing the documents of an answer, and telling whether one is genuine (SC-21, SC-22)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.services.codes import next_numbers
from citybrain.audit.services import record
from citybrain.canonical import canonical_value
from citybrain.crypto import constant_time_equal, digest_of, sm3_hex
from citybrain.organizations.actors import Actor
from sharing.choices import ApplicationState
from sharing.models import AnswerPaper, Authorization, PaperKind, ShareApplication
from sharing.papers.rendering import render

SIGNS = {PaperKind.REPLY: "复", PaperKind.AUTHORIZATION: "授"}
# People type brackets as their keyboard has them.
BRACKETS = str.maketrans({"[": "〔", "]": "〕", "(": "〔", ")": "〕", "（": "〔", "）": "〕"})


def issue(application: ShareApplication, actor: Actor) -> None:
    """Numbers the documents of the answer that has just been given; a reaction to it."""
    for kind in kinds_of(application):
        _issue(application, kind, actor)


def kinds_of(application: ShareApplication) -> tuple[PaperKind, ...]:
    """The documents that belong to the answer: none before it."""
    if application.state == ApplicationState.AGREED:
        return (PaperKind.REPLY, PaperKind.AUTHORIZATION)
    return (PaperKind.REPLY,) if application.state == ApplicationState.REFUSED else ()


def _issue(application: ShareApplication, kind: PaperKind, actor: Actor) -> AnswerPaper:
    at = application.answered_at or timezone.now()
    year = timezone.localdate(at).year
    provider = application.provider
    sequence = next_numbers(f"{SIGNS[kind]}{year}-{provider.pk}")[0]
    number = f"{provider.short_name}数{SIGNS[kind]}〔{year}〕{sequence}号"
    facts = _facts(application, kind, number, at)
    made = AnswerPaper.objects.create(
        application=application,
        issuer=provider,
        kind=kind,
        number=number,
        facts=facts,
        seal=digest_of(facts),
        issued_at=at,
    )
    record(
        "sharing.paper.issued",
        actor=actor,
        subject=application,
        department=provider,
        data={"kind": kind, "number": number, "seal": made.seal},
    )
    return made


def _facts(
    application: ShareApplication, kind: PaperKind, number: str, at: datetime
) -> dict[str, Any]:
    """All that the document says, as canonical JSON."""
    items = application.items.select_related("item").order_by("item__position", "item_id")
    grant = Authorization.objects.filter(application=application).first()
    plain = canonical_value(
        {
            "kind": kind,
            "number": number,
            "issuer": application.provider.name,
            "recipient": application.department.name,
            "application": application.number,
            "received_on": timezone.localdate(application.submitted_at or at),
            "issued_on": timezone.localdate(at),
            "entry": application.entry.code,
            "title": application.entry.title,
            "agreed": grant is not None,
            "answer": application.answer,
            "basis": application.answer_basis,
            "items": [
                {
                    "name": one.item.name,
                    "granted": grant is not None and one.granted is not False,
                    "reason": one.reason,
                }
                for one in items
            ],
            "grant": {"number": grant.number, "digest": grant.digest, "terms": grant.terms}
            if grant is not None
            else None,
            "verify": f"{settings.PUBLIC_URL}/open/verify/",
        }
    )
    assert isinstance(plain, dict)  # noqa: S101 - narrows the type of a mapping just built
    return plain


@transaction.atomic
def file_of(paper: AnswerPaper) -> bytes:
    """The .docx; made of the frozen facts when it is first asked for, and then always the same."""
    current = AnswerPaper.objects.select_for_update().get(pk=paper.pk)
    if current.content is None:
        current.content = render(current.facts, seal=current.seal)
        current.digest = sm3_hex(current.content)
        current.save(update_fields=["content", "digest"])
    return bytes(current.content)


def is_genuine(number: str, code: str) -> bool:
    """Whether a document with this number has this seal, or its file this SM3 digest."""
    wanted = "".join(number.split()).translate(BRACKETS)
    given = "".join(code.split()).lower()
    return any(
        digest_of(paper.facts) == paper.seal
        and any(constant_time_equal(given, known) for known in (paper.seal, paper.digest) if known)
        for paper in AnswerPaper.objects.filter(number=wanted).defer("content")
    )


def is_issued_file(data: bytes) -> bool:
    """Whether exactly this file was issued by the portal."""
    return AnswerPaper.objects.filter(digest=sm3_hex(data)).exclude(digest="").exists()
