"""What the gateway answers with: rows within the granted limits, packed, by ETag, or as lines."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharing.choices import Outcome
from sharing.gateway import answers
from sharing.models import InterfaceService, ServiceCall
from sharing.rights import undertakings
from sharing.services import applications, files
from tests import scenes
from tests.calling import headers
from tests.personas import World, actor_of
from tests.sharing.using import SignedIn, text_of

pytestmark = pytest.mark.django_db


def test_only_the_rows_that_were_granted_are_served(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = scenes.a_hosted_entry(world)
    asked = scenes.a_delivered_application(world, entry, names=("登记编号", "行政区划", "登记日期"))
    provider = signed_in(world.police_head)
    url = reverse("sharing:row_limit", args=[asked.pk])
    wrong = provider.post(url, {"item": "没有的信息项", "values": "秀英区"})
    assert wrong.status_code == 422
    limit = {"item": "行政区划", "values": "秀英区\n琼山区\n"}
    assert "数据范围已保存" in text_of(provider.post(url, limit, follow=True))
    page = reverse("sharing:application", args=[asked.pk])
    assert "只提供“行政区划”为 秀英区、琼山区 的数据行" in text_of(provider.get(page))
    agreed = applications.move("agree", actor=actor_of(world.police_head), application=asked)
    granted = agreed.authorization
    assert granted.terms["rows"] == {"行政区划": ["秀英区", "琼山区"]}
    assert provider.post(url, limit).status_code == 409, "the terms are frozen"
    service = InterfaceService.objects.get(entry=entry).code
    undertakings.accept(actor=actor_of(world.health_head), authorization=granted)
    code = scenes.a_code(world, granted)

    def ask(query: str = "", **more: str) -> Any:
        address = f"/gateway/v1/services/{service}/records{query}"
        return Client().get(address, headers={**headers(code, address), **more})

    first = ask("?page_size=1")
    body = first.json()
    assert body["rows"] == granted.terms["rows"]
    assert [record["登记编号"] for record in body["records"]] == ["DJ0001"]
    rest = ask(f"?after={body['next']}").json()
    assert [record["登记编号"] for record in rest["records"]] == ["DJ0003"]
    # The same question again: nothing is read, nothing is sent, the call is on record.
    again = ask("?page_size=1", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ask("?page_size=2", **{"If-None-Match": first["ETag"]}).status_code == 200
    monkeypatch.setattr(answers, "SMALL", 10)
    packed = ask(**{"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(packed.content))["records"]) == 2
    monkeypatch.setattr(answers, "LARGEST_PAGE", 1)
    lines = ask("?page_size=100000", Accept="application/x-ndjson")
    assert lines.streaming
    found = [json.loads(line) for line in text_of(lines).splitlines()]
    assert [one.get("登记编号") for one in found] == ["DJ0001", "DJ0003", None]
    assert found[-1] == {"next": None, "rows": 2}
    assert ask("?page_size=100000").status_code == 400, "not in one piece"
    recorded = list(ServiceCall.objects.order_by("id").values_list("outcome", "status", "rows"))
    assert recorded == [
        (Outcome.SERVED, 200, 1), (Outcome.SERVED, 200, 1), (Outcome.SERVED, 304, 0),
        (Outcome.SERVED, 200, 2), (Outcome.SERVED, 200, 2), (Outcome.SERVED, 200, 2),
        (Outcome.BAD_REQUEST, 400, 0),
    ]  # fmt: skip
    type(granted).objects.update(method="file")
    download = files.download(actor=actor_of(world.health_head), authorization=granted)
    assert "DJ0002" not in b"".join(download.content).decode()
