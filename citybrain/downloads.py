"""Files that people take away. Exporting a list is an act on record, so its addresses take POST."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Model
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from citybrain.audit.services import record
from citybrain.organizations.models import Department

if TYPE_CHECKING:
    from citybrain.pages import ActorRequest

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
LONGEST_FILTERS = 500  # characters of a query string that go on record
Content = bytes | Iterable[bytes] | Iterable[str]


def kind_of(request: "ActorRequest") -> str:
    """`xlsx` or `csv`, as the button says that was pressed."""
    return "xlsx" if request.POST.get("format") == "xlsx" else "csv"


def file_response(content: Content, name: str) -> HttpResponseBase:
    """The content as an attachment; what it is, is said by the name's ending. Iterables are streamed."""
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    response: HttpResponseBase
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=media_type)
    else:
        response = StreamingHttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def export_list(
    request: "ActorRequest",
    content: Content,
    *,
    title: str,
    stem: str,
    kind: str,
    rows: int,
    filters: "str | dict[str, str] | None" = None,
    verb: str = "access.exported",
    subject: Model | None = None,
    department: Department | None = None,
) -> HttpResponseBase:
    """A list as the file `<stem>-<day>.<kind>`, recorded with its number of rows and its filters.

    `filters` are those of the address unless given. The caller has decided that the actor may.
    """
    if filters is None:
        filters = request.GET.urlencode()[:LONGEST_FILTERS]
    record(
        verb,
        actor=request.actor,
        subject=subject,
        subject_text=title,
        department=department,
        data={"format": kind, "rows": rows, "filters": filters},
    )
    return file_response(content, f"{stem}-{timezone.localdate():%Y%m%d}.{kind}")
