"""One service as an OpenAPI 3.1 document, made of its items; what a grant leaves out is said there."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.choices import DataType
from citybrain.canonical import canonical_bytes
from citybrain.crypto import sm3_hex
from sharing.choices import UseBasis
from sharing.gateway.admission import PURPOSE
from sharing.gateway.records import DEFAULT_PAGE, LARGEST_NUMBER, LARGEST_PAGE
from sharing.models import InterfaceService
from sharing.offered import ANSWERS
from sharing.queries import Treatment

Schema = dict[str, Any]
Answers = Sequence[tuple[int, Any]]  # status and outcome
VERSION = "3.1.0"
# Values are texts, whatever their type, so that no digit is lost; the format says what they hold.
FORMATS = {DataType.DATE: "date", DataType.DATETIME: "date-time"}


def document_of(
    service: InterfaceService, treatments: Sequence[Treatment], server: str, path: str
) -> dict[str, Any]:
    """The document. `server` is the portal's address, `path` that of the records below it."""
    entry = service.entry
    return {
        "openapi": VERSION,
        "info": {
            "title": entry.title,
            "summary": _("%(provider)s提供的接口服务%(code)s")
            % {"provider": entry.department.name, "code": service.code},
            "description": entry.summary,
            "version": version_of(treatments),
        },
        "servers": [{"url": server}],
        "security": [{"authorizationCode": []}],
        "paths": {path: {"get": _operation(service, treatments)}},
        "components": {
            "securitySchemes": {
                "authorizationCode": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "cba_<key>.<secret>",
                    "description": _("接口授权码，在门户的授权页面领取。"),
                }
            },
            "schemas": {
                "Record": record(treatments),
                "Page": _page(),
                "Problem": problem(ANSWERS),
            },
        },
    }


def version_of(treatments: Sequence[Treatment]) -> str:
    """Eight digits that change when an item comes, goes, changes its type or is masked."""
    shape = [
        [one.item.name, one.item.data_type, one.item.length or 0, one.masked] for one in treatments
    ]
    return sm3_hex(canonical_bytes(shape))[:8]


def _operation(service: InterfaceService, treatments: Sequence[Treatment]) -> Schema:
    return {
        "operationId": service.code,
        "summary": _("查询数据行"),
        "parameters": [*parameters(treatments), _purpose()],
        "responses": {
            "200": {
                "description": _("一页数据行，只含授权的信息项。"),
                "content": {"application/json": {"schema": ref("Page")}},
            },
            **refusals(ANSWERS),
        },
    }


def _purpose() -> Schema:
    uses = "、".join(f"{one.value}（{one.label}）" for one in UseBasis)
    return {
        "name": PURPOSE,
        "in": "header",
        "description": _("调用的用途，应与授权的用途类别一致：%s。授权码可以设定为须申明。") % uses,
        "schema": {"type": "string", "enum": UseBasis.values},
    }


def treatments_to_filter(treatments: Sequence[Treatment]) -> list[Treatment]:
    """Items that may be filtered by: whoever may filter by a masked one could undo the mask."""
    return [one for one in treatments if not one.masked]


def parameters(treatments: Sequence[Treatment]) -> list[Schema]:
    """Paging, choosing items, and filtering by those that are not masked."""
    return [*_paging(treatments), *map(_filter, treatments_to_filter(treatments))]


def _paging(treatments: Sequence[Treatment]) -> list[Schema]:
    names = [one.item.name for one in treatments]
    return [
        _parameter(
            "page_size",
            _("每页行数。"),
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": DEFAULT_PAGE},
        ),
        _parameter(
            "after",
            _("取下一页：上一页返回的 next 的值。"),
            {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER},
        ),
        {
            **_parameter(
                "items",
                _("只取部分信息项，不给出时为授权的全部信息项。"),
                {"type": "array", "items": {"type": "string", "enum": names}},
            ),
            "style": "form",
            "explode": False,
        },
    ]


def _filter(one: Treatment) -> Schema:
    text = _("按“%s”查询，取值与之完全相同的行。") % one.item.name
    return _parameter(one.item.name, text, {"type": "string"})


def _parameter(name: str, description: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def record(treatments: Sequence[Treatment]) -> Schema:
    """A row: the items by name, values as texts."""
    return {
        "type": "object",
        "description": _("授权以外的信息项不出现。"),
        "properties": {one.item.name: _value(one) for one in treatments},
        "additionalProperties": False,
    }


def _value(one: Treatment) -> Schema:
    item = one.item
    notes = [item.description, _("计量单位：%s") % item.unit if item.unit else ""]
    if one.masked:
        notes.append(_("脱敏提供"))
    schema: Schema = {"type": "string", "title": item.name}
    if any(notes):
        schema["description"] = "；".join(filter(None, notes))
    if item.length and not one.masked:
        schema["maxLength"] = item.length
    if item.data_type in FORMATS and not one.masked:
        schema["format"] = FORMATS[DataType(item.data_type)]
    if item.field:
        schema["x-field"] = item.field
    return schema


def _page() -> Schema:
    names = {"type": "array", "items": {"type": "string"}}
    properties: Schema = {
        "service": {"type": "string"},
        "authorization": {"type": "string", "description": _("授权编号")},
        "batch": {"type": ["integer", "null"], "description": _("数据批次")},
        "items": names,
        "masked": {**names, "description": _("脱敏提供的信息项")},
        "barred": {**names, "description": _("列入负面清单、停止提供的信息项，没有时不出现")},
        "records": {"type": "array", "maxItems": LARGEST_PAGE, "items": ref("Record")},
        "next": {"type": ["integer", "null"], "description": _("下一页的 after，最后一页为空")},
    }
    required = [name for name in properties if name != "barred"]
    return {"type": "object", "properties": properties, "required": required}


def problem(answers: Answers) -> Schema:
    """RFC 9457 problem details with the words of these answers."""
    words = [str(outcome) for _status, outcome in answers]
    return {
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": _("原因和办法")},
            "outcome": {"type": "string", "enum": words, "description": _("供程序判断的词")},
        },
    }


def refusals(answers: Answers) -> dict[str, Schema]:
    """By status, the refusals that it stands for."""
    return {
        str(status): _refusal(status, answers) for status in dict.fromkeys(s for s, _o in answers)
    }


def _refusal(status: int, answers: Answers) -> Schema:
    words = [f"{outcome}：{outcome.label}" for found, outcome in answers if found == status]
    return {
        "description": "；".join(words),
        "content": {"application/problem+json": {"schema": ref("Problem")}},
    }


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
