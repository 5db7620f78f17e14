"""The envelope of CKAN's action API: GET with parameters, POST with JSON, answers as CKAN's."""

import json
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from catalog.opendata.ckan.actions import ACTIONS, help_url
from catalog.opendata.ckan.errors import ActionError, BadRequest
from citybrain.api.parsing import UNREADABLE

LISTS = ("facet.field", "fq_list", "organizations", "groups")
TYPE = "application/json;charset=utf-8"


@require_safe
def version(request: HttpRequest) -> HttpResponse:
    """Which API this is."""
    return _answer({"version": 3}, 200)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, name: str) -> HttpResponse:
    """One action. No session has a say here, so a form of another site can do no harm."""
    found = ACTIONS.get(name)
    if found is None:
        return _answer(f"Bad request - Action name not known: {name}", 400)
    envelope: dict[str, Any] = {"help": help_url(quote(name))}
    try:
        given = _given(request)
        result = found(given)
    except BadRequest as bad:
        return _answer(f"Bad request - {bad}", 400)
    except ActionError as error:
        return _answer({**envelope, "success": False, "error": error.error}, error.status)
    return _answer({**envelope, "success": True, "result": result}, 200)


def _given(request: HttpRequest) -> dict[str, Any]:
    given = _of_query(request.GET)
    if request.method == "POST" and request.body:
        given |= _of_body(request)
    if UNREADABLE.search(json.dumps(given, ensure_ascii=False)) or "\\u0000" in json.dumps(given):
        raise BadRequest("Unreadable characters")
    return {
        name: _list(value) if name in LISTS and isinstance(value, str) else value
        for name, value in given.items()
    }


def _of_query(query: QueryDict) -> dict[str, Any]:
    return {
        name: values[0] if len(values) == 1 else values for name, values in query.lists() if values
    }


def _of_body(request: HttpRequest) -> dict[str, Any]:
    """JSON, whatever the header calls it; a form where it is none."""
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        if request.content_type != "application/x-www-form-urlencoded":
            raise BadRequest("JSON Error: Error decoding JSON data.") from error
        return _of_query(request.POST)
    if not isinstance(given, dict):
        raise BadRequest("JSON Error: Request data JSON needs to be a dictionary.")
    return given


def _list(text: str) -> list[Any]:
    """A list in an address is written as JSON, or as one name."""
    if not text.lstrip().startswith("["):
        return [text]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("JSON Error: a list cannot be read.") from error
    return found if isinstance(found, list) else [text]


def _answer(content: Any, status: int) -> HttpResponse:
    response = JsonResponse(
        content, status=status, safe=False, json_dumps_params={"ensure_ascii": False}
    )
    response["Content-Type"] = TYPE
    response["Access-Control-Allow-Origin"] = "*"
    return response
