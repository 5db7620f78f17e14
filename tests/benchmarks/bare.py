"""The bare view that the gateway is measured against: the same rows, no checks, no record.

A WSGI application of its own: no middleware, one route, the statement that the gateway runs.
"""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

django.setup()
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__

NAMES = os.environ["BARE_NAMES"].split(",")
DATASET = int(os.environ["BARE_DATASET"])
PICKED = ", ".join(['"values"->>%s'] * len(NAMES))
STATEMENT = (
    f"SELECT number, {PICKED} FROM sharing_hostedrow "
    "WHERE dataset_id = %s AND number > %s ORDER BY number LIMIT %s"
)


def records(request: HttpRequest) -> JsonResponse:
    after = int(request.GET["after"])
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [*NAMES, DATASET, after, 51])
        rows = cursor.fetchall()
    found = [dict(zip(NAMES, row[1:], strict=True)) for row in rows[:50]]
    response = JsonResponse({"records": found}, json_dumps_params={"ensure_ascii": False})
    response["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("records", records)]
application = WSGIHandler()
