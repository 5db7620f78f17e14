"""The form of a backend: its address, how it is asked, and which field is which data item."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import DataItem
from citybrain.components.fields import arrange
from sharing.backends.services import FIELDS
from sharing.choices import ServiceKind
from sharing.models import ServiceBackend

ADDRESS_HELP = gettext_lazy(
    "上游接口填写完整地址，例如 https://10.20.30.40/api/population；数据库视图填写 主机:端口/库名。"
)


class BackendForm(forms.ModelForm):
    """`values()`, `mapping()` and `filters()` are what the service takes."""

    networks = forms.CharField(
        label=gettext_lazy("允许连接的网段"),
        required=False,
        max_length=400,
        help_text=gettext_lazy(
            "地址在政务内网时填写，多个用空格分隔，例如 10.20.30.0/24；由市大数据局确认。"
        ),
    )
    secret = forms.CharField(
        label=gettext_lazy("口令或令牌"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("加密保存，不再显示；不填写时沿用正在使用的。"),
    )

    class Meta:
        model = ServiceBackend
        fields = list(FIELDS)
        widgets = {"kind": forms.RadioSelect}
        help_texts = {
            "address": ADDRESS_HELP,
            "account": gettext_lazy(
                "数据库账号；上游接口为携带令牌的请求头，不填写时为 Authorization。"
            ),
            "records_path": gettext_lazy(
                "上游接口答复中数据行的位置，例如 data.list；答复本身就是数组时不填。"
            ),
            "size_parameter": gettext_lazy("每页行数用哪个参数，例如 limit；没有时不填。"),
            "after_parameter": gettext_lazy(
                "偏移量或者页码用哪个参数，例如 offset；没有时不填，只能取第一页。"
            ),
            "view": gettext_lazy("例如 share.resident_view，账号应只有读取它的权限。"),
            "key_column": gettext_lazy("视图中唯一、递增的整数列，用于翻页。"),
        }

    def __init__(
        self, *args: Any, items: list[DataItem], like: ServiceBackend | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        kinds = [one for one in ServiceKind.choices if one[0] != ServiceKind.HOSTED]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = ServiceKind.UPSTREAM
        self.initial["kind"] = like.kind if like else ServiceKind.UPSTREAM
        if like is not None:
            self.initial.update({name: getattr(like, name) for name in FIELDS})
            self.initial["networks"] = " ".join(like.networks)
        for item in items:
            self._add(item, like)
        arrange(
            self,
            basis={"networks": _("促进条例（草案）第十五条")},
            half=(
                "account", "secret", "paging", "records_path", "size_parameter",
                "after_parameter", "view", "key_column", "seconds", "retries",
                *(name for item in items for name in (f"field_{item.pk}", f"filter_{item.pk}")),
            ),
        )  # fmt: skip
        pairs = [name for item in items for name in (f"field_{item.pk}", f"filter_{item.pk}")]
        self.fieldsets = [
            (_("后端在哪里"), ["kind", "address", "networks", "account", "secret"]),
            (
                _("上游接口怎样询问"),
                ["records_path", "paging", "size_parameter", "after_parameter"],
            ),
            (_("数据库视图"), ["view", "key_column"]),
            (_("等待"), ["seconds", "retries"]),
            (_("信息项与字段对应"), pairs),
        ]

    def _add(self, item: DataItem, like: ServiceBackend | None) -> None:
        """Two inputs for an item: its field, and the parameter by which it is looked up."""
        self.fields[f"field_{item.pk}"] = forms.CharField(
            label=_("%s：字段或列") % item.name, max_length=200
        )
        self.initial[f"field_{item.pk}"] = (
            like.fields.get(item.name, item.field) if like else item.field
        )
        self.fields[f"filter_{item.pk}"] = forms.CharField(
            label=_("%s：查询参数（可不填）") % item.name, max_length=60, required=False
        )
        self.initial[f"filter_{item.pk}"] = like.filters.get(item.name, "") if like else ""

    def _post_clean(self) -> None:
        """The service judges; the model's own rules would speak of one field at a time."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}

    def clean_networks(self) -> list[str]:
        return list(self.cleaned_data["networks"].replace("，", " ").replace(",", " ").split())

    def mapping(self) -> dict[str, str]:
        return {one.name: self.cleaned_data[f"field_{one.pk}"] for one in self.items}

    def filters(self) -> dict[str, str]:
        given = {one.name: self.cleaned_data[f"filter_{one.pk}"] for one in self.items}
        return {name: value for name, value in given.items() if value}
