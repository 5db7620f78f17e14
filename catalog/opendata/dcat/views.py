"""DCAT-AP documents, with what a harvester needs to ask only for what is new."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from catalog.opendata import queries
from catalog.opendata.dcat import documents
from catalog.opendata.dcat.documents import SERIALISATIONS, Serialisation


@require_safe
def catalog(request: HttpRequest, suffix: str) -> HttpResponse:
    """One page of the whole catalog."""
    serialisation = _serialisation(suffix)
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise Http404
    stamp = queries.stamp()
    etag = quote_etag(f"{stamp}-{suffix}-{number}")
    changed = int(stamp.changed_at.timestamp()) if stamp.changed_at else None
    # A dataset that was closed leaves no time behind: only the tag tells of it.
    response = get_conditional_response(request, etag=etag)
    if response is None:
        document = documents.catalog(suffix, int(number), stamp)
        if document is None:
            raise Http404
        response = HttpResponse(document, content_type=serialisation.content_type)
    return _described(response, etag, changed)


@require_safe
def dataset(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """One dataset."""
    serialisation = _serialisation(suffix)
    entry = queries.dataset(slug)
    document = documents.dataset(suffix, entry)
    response = HttpResponse(document, content_type=serialisation.content_type)
    etag = quote_etag(f"{entry.version}-{entry.changed_at.timestamp()}-{entry.has_rows}-{suffix}")
    kept = get_conditional_response(request, etag=etag, response=response)
    return _described(kept or response, etag, int(entry.changed_at.timestamp()))


def _serialisation(suffix: str) -> Serialisation:
    if suffix not in SERIALISATIONS:
        raise Http404
    return SERIALISATIONS[suffix]


def _described(response: HttpResponse, etag: str, changed: int | None) -> HttpResponse:
    response["ETag"] = etag
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response
