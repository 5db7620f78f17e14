"""The documents of an answer, and the public page that tells whether one is genuine."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citybrain.downloads import file_response
from citybrain.pages import ActorRequest
from sharing import application_queries
from sharing.models import AnswerPaper, PaperKind
from sharing.papers import services
from sharing.papers.forms import FileForm, VerifyForm


@login_required
@never_cache
@require_safe
def paper(request: ActorRequest, pk: int, kind: str) -> HttpResponseBase:
    """The document as a file, for those who see the application."""
    if kind not in PaperKind.values:
        raise Http404
    found = application_queries.fetch(request.actor, pk)
    papers = AnswerPaper.objects.defer("content")
    wanted = get_object_or_404(papers, application=found, kind=kind)
    name = f"{wanted.get_kind_display()} {wanted.number}.docx"
    return file_response(services.file_of(wanted), name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: ActorRequest) -> HttpResponse:
    """Says whether the document is genuine, and nothing of what stands in it."""
    asked = VerifyForm(request.GET) if "number" in request.GET or "code" in request.GET else None
    sent = FileForm(request.POST, request.FILES) if request.method == "POST" else None
    result = None
    if sent is not None and sent.is_valid():
        result = services.is_issued_file(sent.cleaned_data["file"].read())
    elif sent is None and asked is not None and asked.is_valid():
        result = services.is_genuine(asked.cleaned_data["number"], asked.cleaned_data["code"])
    context = {
        "form": asked or VerifyForm(),
        "file_form": sent or FileForm(),
        "by_file": sent is not None,
        "result": result,
    }
    wrong = any(form is not None and not form.is_valid() for form in (sent, asked))
    return render(request, "sharing/papers/verify.html", context, status=422 if wrong else 200)
