"""Signed calls: what is taken, what is refused and told apart, and that the samples work (HK-38)."""

import html
import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citybrain.crypto import hmac_sm3_hex
from sharing.choices import Outcome
from sharing.models import AuthorizationCode, InterfaceService, ServiceCall, UsedNonce
from sharing.tasks import forget_nonces
from tests import scenes
from tests.calling import call, headers
from tests.sharing.conftest import Granted
from tests.sharing.using import SignedIn, text_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
SAMPLE = re.compile(r'<textarea[^>]*id="sample-call"[^>]*>(.*?)</textarea>', re.S)


def outcomes() -> list[str]:
    return list(ServiceCall.objects.order_by("id").values_list("outcome", flat=True))


def test_a_call_of_graded_items_is_signed_and_taken_once(granting: Granted) -> None:
    world, authorization = granting
    code = scenes.a_code(world, authorization)
    service = InterfaceService.objects.get(entry=authorization.entry_id).code
    address = f"/gateway/v1/services/{service}/records?page_size=2"
    secret = code.partition(".")[2]
    assert hmac_sm3_hex(b"x", secret.encode()) not in str(AuthorizationCode.objects.values().get())

    def ask(address: str = address, sent: dict[str, str] | None = None) -> Any:
        answer = Client().get(address, headers=sent or {})
        return answer.status_code, answer.json().get("outcome"), answer

    sent = headers(code, address, nonce="once-and-no-more")
    assert ask(sent=sent)[0] == 200
    assert ask(sent=sent)[:2] == (401, Outcome.REPLAYED)
    cache.clear()  # Redis has lost everything
    assert ask(sent=sent)[:2] == (401, Outcome.REPLAYED), "the record of the call still knows"
    status, outcome, answer = ask(sent={"Authorization": f"Bearer {code}"})
    assert (status, outcome) == (401, Outcome.UNSIGNED)
    assert answer["WWW-Authenticate"].startswith("CBA-HMAC-SM3")
    late = ask(sent=headers(code, address, at=timezone.now() - timedelta(minutes=6)))
    assert late[:2] == (401, Outcome.CLOCK_SKEW)
    assert "相差36" in late[2].json()["detail"]
    assert late[2].json()["server_time"][:10] == f"{timezone.now():%Y-%m-%d}"
    assert ask(sent=headers(code, address, at=timezone.now() - timedelta(minutes=4)))[0] == 200
    elsewhere = headers(code, address.replace("size=2", "size=3"))
    assert ask(sent=elsewhere)[:2] == (401, Outcome.UNKNOWN_CODE), "another query was signed"
    forged = headers(code[:-1] + ("0" if code[-1] != "0" else "1"), address)
    assert ask(sent=forged)[:2] == (401, Outcome.UNKNOWN_CODE)
    assert ask(sent={"Authorization": "CBA-HMAC-SM3 key=1"})[:2] == (401, Outcome.MALFORMED_CODE)
    assert outcomes() == [
        Outcome.SERVED, Outcome.REPLAYED, Outcome.REPLAYED, Outcome.UNSIGNED, Outcome.CLOCK_SKEW,
        Outcome.SERVED, Outcome.UNKNOWN_CODE, Outcome.UNKNOWN_CODE, Outcome.MALFORMED_CODE,
    ]  # fmt: skip
    assert UsedNonce.objects.count() == 2, "those of served calls alone"
    UsedNonce.objects.filter(nonce="once-and-no-more").update(at=timezone.now() - timedelta(days=1))
    assert forget_nonces() == 1


def test_items_of_low_grades_are_called_for_with_the_code_itself(granting: Granted) -> None:
    world, authorization = granting
    authorization.terms["grade"] = "general_2"
    authorization.save(update_fields=["terms"])
    code = scenes.a_code(world, authorization)
    service = InterfaceService.objects.get(entry=authorization.entry_id).code
    assert len(code.partition(".")[2]) == 45
    assert call(code, f"/gateway/v1/services/{service}/records").status_code == 200


def test_the_samples_of_the_page_and_of_the_manual_are_taken(
    granting: Granted, signed_in: SignedIn, tmp_path: Path
) -> None:
    world, authorization = granting
    code = scenes.a_code(world, authorization)
    page = signed_in(world.health_cataloguer).get(
        reverse("sharing:authorization", args=[authorization.pk])
    )
    (shown,) = SAMPLE.findall(text_of(page))
    shell = html.unescape(shown)
    # Instead of going out, curl says what it was told to send.
    sent = subprocess.run(
        ["/bin/bash", "-euc", "curl() { printf '%s\\n' \"$@\"; }\n" + shell],
        capture_output=True, text=True, check=True, timeout=20,
        env={**os.environ, "CITYBRAIN_CODE": code},
    ).stdout.splitlines()  # fmt: skip
    headers = dict(line.split(": ", 1) for line in sent[1:] if line != "-H")
    assert set(headers) == {"Authorization", "X-CBA-Purpose"}
    assert taken(sent[0], headers) == 200
    manual = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (python,) = re.findall(r"```python\n(.*?)```", manual, re.S)
    made: dict[str, Any] = {}
    exec(python, made)  # noqa: S102 - our own manual
    address = sent[0].partition("?")[0]
    assert taken(*made["signed"](code, "GET", address + "?page_size=3")) == 200
    (shell,) = re.findall(r"```sh\n(url=.*?)```", manual, re.S)
    assert [line.split("=", 1)[0] for line in shell.splitlines()] == [
        line.split("=", 1)[0]
        for line in html.unescape(shown).splitlines()
        if "X-CBA-Purpose" not in line
    ], "the manual has the sample of the page"


def taken(url: str, sent: dict[str, str]) -> int:
    return int(Client().get(url.removeprefix("http://testserver"), headers=sent).status_code)
