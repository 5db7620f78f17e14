"""Attachments: added on the page of what they belong to, given out as files and never shown."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citybrain.organizations.actors import Actor
from citybrain.pages import ActorRequest, error_texts
from sharing.attachments import services
from sharing.attachments.attachable import of_type
from sharing.attachments.checking import ACCEPT, MOST_BYTES
from sharing.attachments.forms import AttachmentForm


@login_required
@require_POST
def add(request: ActorRequest, word: str, pk: int) -> HttpResponse:
    subject = services.subject_at(request.actor, word, pk)
    if not services.may_add(request.actor, subject):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    back = of_type(subject._meta.label)[1].url(subject)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("请选择要上传的文件。"))
        return redirect(back)
    # One byte more than is allowed tells that there is too much.
    data = file.read(MOST_BYTES + 1)
    try:
        made = services.add(actor=request.actor, subject=subject, name=file.name or "", data=data)
    except ValidationError as error:
        for text in error_texts(error):
            messages.error(request, text)
    else:
        messages.success(request, _("已上传附件：%s。") % made.name)
    return redirect(back)


@login_required
@require_POST
def take_out(request: ActorRequest, pk: int) -> HttpResponse:
    found = services.fetch(request.actor, pk)
    subject = services.subject_of(request.actor, found)
    services.take_out(actor=request.actor, attachment=found)
    messages.success(request, _("已移除附件：%s。") % found.name)
    return redirect(of_type(subject._meta.label)[1].url(subject))


@login_required
@never_cache
@require_safe
def attachment(request: ActorRequest, pk: int) -> HttpResponse:
    """The file, to be saved: no browser is to open it in the name of the portal."""
    found = services.fetch(request.actor, pk)
    data = services.content_of(actor=request.actor, attachment=found)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def context_of(actor: Actor, subject: Model) -> dict[str, Any]:
    """What templates/sharing/attachments/_attachments.html shows on the page of a subject."""
    word, attachable = of_type(subject._meta.label)
    may_add = attachable.may_add(actor, subject)
    return {
        "subject": subject,
        "word": word,
        "files": [
            (one, may_add and services.may_take_out(actor, subject, one))
            for one in services.attachments_of(subject)
        ],
        "form": AttachmentForm() if may_add else None,
        "accept": ACCEPT,
        "most": services.MOST_FILES,
    }
