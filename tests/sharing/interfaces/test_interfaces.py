"""The description of a service, its sample programs, and trying a grant out."""

import json
import subprocess
import sys
from pathlib import Path

import drf_spectacular.validation
import jsonschema
import pytest
from django.urls import reverse

from citybrain.audit.models import AuditRecord
from sharing.interfaces.samples import samples_of
from sharing.models import AuthorizationCode, ServiceCall
from tests import scenes
from tests.calling import call
from tests.sharing.conftest import Granted
from tests.sharing.using import CODE, SignedIn, service_of, text_of

pytestmark = pytest.mark.django_db
SCHEMA = Path(drf_spectacular.validation.__file__).with_name("openapi_3_1_schema.json")


def test_the_description_is_valid_and_says_what_the_gateway_does(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, granted = granting
    service = service_of(granted.entry)
    client = signed_in(world.water_cataloguer)
    document = client.get(reverse("sharing:service_openapi", args=[service.pk])).json()
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    (path,) = document["paths"]
    assert path == reverse("gateway:records", args=[service.code])
    parameters = {one["name"] for one in document["paths"][path]["get"]["parameters"]}
    record = document["components"]["schemas"]["Record"]["properties"]
    masked = {name for name, value in record.items() if "脱敏" in value.get("description", "")}
    assert set(record) == set(granted.entry.items.values_list("name", flat=True))
    assert masked
    assert not masked & parameters
    assert parameters >= {"page_size", "after", "items", "X-CBA-Purpose"} | (set(record) - masked)
    # What the gateway answers has the shape that the description promises.
    code = scenes.a_code(world, granted)
    answer = call(code, path).json()
    page = {**document["components"]["schemas"]["Page"], "components": document["components"]}
    jsonschema.validate(answer, page)
    assert list(jsonschema.Draft202012Validator(page).iter_errors({**answer, "next": "2"}))


def test_trying_out_shows_what_a_call_brings_and_counts_as_one(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, granted = granting
    address = reverse("sharing:console", args=[granted.pk])
    client = signed_in(world.health_cataloguer)
    answer = client.post(address, {"items": ["登记编号", "姓名"], "page_size": "2", "after": "0"})
    page = text_of(answer)
    assert answer.status_code == 200
    assert "登记编号" in page
    assert "陈琼生" not in page
    made = ServiceCall.objects.get()
    assert (made.outcome, made.rows, made.items) == ("served", 2, ["登记编号", "姓名"])
    acts = AuditRecord.objects.filter(verb="sharing.interface.tried", subject_id=granted.pk)
    assert acts.count() == 1
    for wrong, word in (
        ({"page_size": "500", "after": "0"}, "20"),
        ({"page_size": "2", "after": "0", "filter_by": "姓名", "value": "陈琼生"}, "有效的选项"),
        ({"page_size": "2", "after": "0", "value": "x"}, "请选择按哪个信息项查询"),
    ):
        refused = client.post(address, wrong)
        assert refused.status_code == 422
        assert word in text_of(refused)
    granted.daily_quota = 1
    granted.save(update_fields=["daily_quota"])
    assert client.post(address, {"page_size": "2", "after": "0"}).status_code == 409
    assert ServiceCall.objects.filter(outcome="over_quota").count() == 1


def test_sample_programs_stay_programs_whatever_a_title_says() -> None:
    title = '居住证"""\n登记\\"; System.exit(1); //'
    curl, python, java = samples_of(title, "https://city.example/gateway", "姓 名'\"", signs=True)
    compile(python.text, "sample.py", "exec")
    assert "\n登记" not in java.text
    assert "'姓" not in curl.text
    for one in samples_of("居住证登记", "https://city.example/gateway"):
        assert "CITYBRAIN_CODE" in one.text
        assert not CODE.search(one.text)


@pytest.mark.django_db(transaction=True)
def test_the_python_sample_fetches_every_record(granting: Granted, live_server: object) -> None:
    world, granted = granting
    service = service_of(granted.entry)
    address = f"{live_server}{reverse('gateway:records', args=[service.code])}"
    samples = samples_of(granted.entry.title, address, purpose=granted.terms["use_basis"])
    program = samples[1].text.replace('"page_size": 100', '"page_size": 2')
    environment = {"CITYBRAIN_CODE": scenes.a_code(world, granted), "PYTHONIOENCODING": "utf-8"}
    AuthorizationCode.objects.update(states_purpose=True)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ran.returncode == 0, (ran.stderr, ServiceCall.objects.values_list("outcome"))
    assert len(ran.stdout.splitlines()) == 3
