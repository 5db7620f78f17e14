"""One open dataset as an OpenAPI 3.1 document; shared with the interface services where they agree."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, DataItem
from catalog.opendata import licence
from catalog.opendata.addresses import slug_of
from sharing.developers.choices import ANSWERS
from sharing.gateway.records import LARGEST_PAGE
from sharing.interfaces import openapi
from sharing.interfaces.openapi import Schema, ref
from sharing.queries import Treatment


def document_of(entry: CatalogEntry, items: Sequence[DataItem], path: str) -> dict[str, Any]:
    """The document of the entry's records at `path`, with the items that the public gets."""
    treatments = [Treatment(item=item, grade=None, masked=False) for item in items]
    terms = licence.default()
    return {
        "openapi": openapi.VERSION,
        "info": {
            "title": entry.title,
            "description": entry.summary,
            "version": openapi.version_of(treatments),
            "license": {"name": terms.title, "url": terms.url},
        },
        "servers": [{"url": settings.PUBLIC_URL}],
        "security": [{"developerKey": []}],
        "paths": {
            path: {
                "get": {
                    "operationId": f"records_{slug_of(entry).replace('-', '_')}",
                    "summary": _("查询数据行"),
                    "parameters": openapi.parameters(treatments),
                    "responses": {
                        "200": {
                            "description": _("一页数据行。"),
                            "headers": _headers(),
                            "content": {"application/json": {"schema": ref("Page")}},
                        },
                        "304": {"description": _("与 If-None-Match 所给的相同，没有变化。")},
                        **openapi.refusals(ANSWERS),
                    },
                }
            }
        },
        "components": {
            "securitySchemes": {
                "developerKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "cbo_<key>.<secret>",
                    "description": _("开放服务密钥，注册后在“我的密钥”中领取。"),
                }
            },
            "schemas": {
                "Record": openapi.record(treatments),
                "Page": _page(),
                "Problem": openapi.problem(ANSWERS),
            },
        },
    }


def _headers() -> dict[str, Schema]:
    notes = {
        "RateLimit-Limit": _("当日额度，同一开发者的全部密钥共用。"),
        "RateLimit-Remaining": _("当日剩余次数。"),
        "RateLimit-Reset": _("距额度恢复的秒数。"),
    }
    return {
        name: {"description": text, "schema": {"type": "integer"}} for name, text in notes.items()
    }


def _page() -> Schema:
    text = {"type": "string"}
    properties: Schema = {
        "dataset": text,
        "title": text,
        "publisher": text,
        "licence": {"type": "string", "format": "uri"},
        "batch": {"type": "integer", "description": _("数据批次")},
        "items": {"type": "array", "items": text},
        "records": {"type": "array", "maxItems": LARGEST_PAGE, "items": ref("Record")},
        "next": {"type": ["integer", "null"], "description": _("下一页的 after，最后一页为空")},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}
