"""Adding, taking out and opening attachments; every one of them is on record."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.crypto import sm3_hex
from citybrain.organizations.actors import Actor
from sharing.attachments.attachable import ATTACHABLE, Attachable, of_type
from sharing.attachments.checking import examine
from sharing.models import Attachment, AttachmentContent

MOST_FILES = 10
LONGEST_NAME = Attachment._meta.get_field("name").max_length or 0
UNSAFE = re.compile(r'[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]')


def attachments_of(subject: Model) -> QuerySet[Attachment]:
    """The attachments of a subject, oldest first, without their content."""
    rows = Attachment.objects.filter(subject_type=subject._meta.label, subject_id=subject.pk)
    return rows.select_related("added_by").order_by("id")


def counts_of(subjects: Sequence[Model]) -> dict[int, int]:
    """How many attachments each of the subjects, all of one model, has: by id, without the zeros."""
    if not subjects:
        return {}
    rows = Attachment.objects.filter(
        subject_type=subjects[0]._meta.label, subject_id__in=[one.pk for one in subjects]
    )
    return dict(rows.values_list("subject_id").annotate(Count("id")))


def may_add(actor: Actor, subject: Model) -> bool:
    return of_type(subject._meta.label)[1].may_add(actor, subject)


def may_take_out(actor: Actor, subject: Model, attachment: Attachment) -> bool:
    """Whoever may add takes out what their own department has added; not what another one relies on."""
    own = attachment.added_by.department_id
    return may_add(actor, subject) and own is not None and own == actor.department_id


@transaction.atomic
def add(*, actor: Actor, subject: Model, name: str, data: bytes) -> Attachment:
    """Attaches a file. Raises PermissionDenied, ValidationError for what is no sound file."""
    attachable = _locked(subject)
    if not attachable.may_add(actor, subject):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    kind = examine(name, data)
    if attachments_of(subject).count() >= MOST_FILES:
        raise ValidationError(_("最多上传%d个附件。") % MOST_FILES)
    made = Attachment(
        subject_type=subject._meta.label,
        subject_id=subject.pk,
        name=safe_name(name, kind),
        kind=kind,
        size=len(data),
        digest=sm3_hex(data),
        added_by=actor.user,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        if "file_once_per_subject" not in str(error):
            raise
        raise ValidationError(_("这个文件已经上传过。")) from error
    AttachmentContent.objects.create(attachment=made, data=data)
    _record("sharing.attachment.added", actor, subject, made)
    return made


@transaction.atomic
def take_out(*, actor: Actor, attachment: Attachment) -> None:
    """Takes an attachment of the actor's own department out, while they may still add some."""
    subject = subject_of(actor, attachment)
    _locked(subject)
    if not may_take_out(actor, subject, attachment):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    _record("sharing.attachment.removed", actor, subject, attachment)
    attachment.delete()


@transaction.atomic
def content_of(*, actor: Actor, attachment: Attachment) -> bytes:
    """The file; that it was fetched is on record."""
    subject = subject_of(actor, attachment)
    _record("sharing.attachment.opened", actor, subject, attachment)
    return bytes(attachment.content.data)


def fetch(actor: Actor, pk: int) -> Attachment:
    """An attachment of something that the actor sees. Raises Http404."""
    found = Attachment.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(_("没有找到您要办理的内容，或者您无权查看。"))
    subject_of(actor, found)
    return found


def subject_of(actor: Actor, attachment: Attachment) -> Any:
    """What the paper is attached to. Raises Http404 when the actor may not see that."""
    _word, attachable = of_type(attachment.subject_type)
    return attachable.policy.fetch(actor, pk=attachment.subject_id)


def subject_at(actor: Actor, word: str, pk: int) -> Any:
    """The subject that an address names. Raises Http404 for what there is not or is unseen."""
    if word not in ATTACHABLE:
        raise Http404(_("没有找到您要办理的内容，或者您无权查看。"))
    return ATTACHABLE[word].policy.fetch(actor, pk=pk)


def safe_name(name: str, kind: str) -> str:
    """What people called the file, fit for every file system, with the suffix of what it is."""
    stem = UNSAFE.sub("", PurePath(name.replace("\\", "/")).stem).strip(" .") or _("附件")
    return f"{stem[: LONGEST_NAME - 6]}.{kind}"


def _locked(subject: Model) -> Attachable:
    """Holds the subject's row, so that its state and the number of files stay as they are seen."""
    type(subject)._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    subject.refresh_from_db()
    return of_type(subject._meta.label)[1]


def _record(verb: str, actor: Actor, subject: Any, attachment: Attachment) -> None:
    data = {"file": attachment.name, "digest": attachment.digest, "bytes": attachment.size}
    record(verb, actor=actor, subject=subject, department=subject.department, data=data)
