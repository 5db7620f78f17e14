"""WSGI entry point, loaded by gunicorn."""

import os

import django
from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import QueryDict
from django.utils.functional import cached_property


class Utf8Request(WSGIRequest):
    """A request whose address is UTF-8, and whose form is, too, or is refused.

    Django would decode both by whatever codec the client names, before any middleware could object:
    `charset=zlib` ended in an error that nobody answered or wrote down.
    """

    @cached_property
    def GET(self) -> QueryDict:  # type: ignore[override] # noqa: N802 - Django's name
        query = self.environ.get("QUERY_STRING", "")
        return QueryDict(query.encode("latin-1"), encoding="utf-8")

    def _load_post_and_files(self) -> None:
        # Of forms without files Django says so itself.
        if (
            self.content_type == "multipart/form-data"
            and (self.encoding or "utf-8").lower() != "utf-8"
        ):
            self._mark_post_parse_error()  # type: ignore[attr-defined]
            raise BadRequest("Forms have to be in UTF-8.")
        super()._load_post_and_files()


class Handler(WSGIHandler):
    request_class = Utf8Request


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citybrain.settings")
django.setup(set_prefix=False)
application = Handler()
