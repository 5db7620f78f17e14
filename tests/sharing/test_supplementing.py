"""What was missing is supplemented once, and the application itself is corrected with it."""

import pytest
from django.urls import reverse

from sharing.choices import ApplicationState
from sharing.models import UnsavedApplication
from tests import scenes
from tests.sharing.applying import client_of, page_of, press, typed
from tests.sharing.conftest import Published

pytestmark = pytest.mark.django_db
AUTOSAVE = {"HTTP_X_AUTOSAVE": "1"}


def test_the_applicant_corrects_what_was_wrong(publishing: Published) -> None:
    """Kept while it is typed, refused when incomplete, sent with what was changed beside it."""
    world, entry = publishing
    application = scenes.a_delivered_application(world, entry, names=("登记编号", "姓名"))
    url = reverse("sharing:application_supplement", args=[application.pk])
    cataloguer = client_of(world.health_cataloguer)
    assert cataloguer.get(url).status_code == 409
    press(world.police_head, application, "ask_supplement", reason="依据写得不全；姓名不需要")
    assert url in page_of(world.health_cataloguer, application)
    assert url not in page_of(world.health_head, application)

    form = cataloguer.get(url).context["form"]
    wanted = typed(
        entry, "登记编号", legal_basis="《疫苗管理法》第四十八条", version=form["version"].value()
    )
    half = {**wanted, "supplement": "补充了依据"}
    assert cataloguer.post(url, half, **AUTOSAVE).json()["saved_at"]
    again = cataloguer.get(url)
    assert "已恢复上次没有保存的内容" in again.content.decode()
    assert "《疫苗管理法》第四十八条" in again.content.decode()
    chosen = [line.item.name for line, is_chosen, _why in again.context["form"].lines if is_chosen]
    assert chosen == ["登记编号"]
    refused = cataloguer.post(url, {**wanted, "supplement": "", "legal_basis": ""})
    assert refused.status_code == 422
    refused = cataloguer.post(url, {**half, "legal_basis": ""})
    assert "请填写使用依据" in refused.content.decode()

    assert cataloguer.post(url, half).status_code == 302
    application.refresh_from_db()
    assert application.state == ApplicationState.ANSWERING
    assert application.legal_basis == "《疫苗管理法》第四十八条"
    assert list(application.items.values_list("item__name", flat=True)) == ["登记编号"]
    assert not UnsavedApplication.objects.exists()
    page = page_of(world.police_head, application)
    assert "《海口市居住证服务管理办法》第十二条" in page, "what was asked first is still there"
    assert "补充了依据" in page
    assert cataloguer.post(url, half).status_code == 409


def test_what_is_typed_into_a_new_application_is_kept(publishing: Published) -> None:
    world, entry = publishing
    url = reverse("sharing:apply", args=[entry.pk])
    cataloguer = client_of(world.health_cataloguer)
    assert cataloguer.post(url, typed(entry, scenario="写到一半"), **AUTOSAVE).status_code == 200
    page = cataloguer.get(url)
    assert "写到一半" in page.content.decode()
    chosen = [line.item.name for line, is_chosen, _why in page.context["form"].lines if is_chosen]
    assert chosen == ["登记编号", "姓名"]
    assert "写到一半" not in client_of(world.water_cataloguer).get(url).content.decode()
    forget = reverse("sharing:unsaved_forget", args=[f"apply-{entry.pk}"])
    assert cataloguer.post(forget, {"next": url})["Location"] == url
    assert cataloguer.post(forget, {"next": "nowhere"}).status_code == 302
    assert "写到一半" not in cataloguer.get(url).content.decode()
