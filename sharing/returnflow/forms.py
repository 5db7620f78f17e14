"""What is filled in about needs and packages; judged by the services."""

from typing import Any

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import Level
from citybrain.organizations.forms import (
    PLEASE_CHOOSE,
    DateInput,
    FilterForm,
    name_empty_choices,
    set_half,
)
from citybrain.organizations.models import Department
from sharing.models import ReturnNeed, ReturnPackage
from sharing.returnflow.choices import ANSWERABLE, NeedState, Source
from sharing.returnflow.policies import need_policy

LONG = 5


class NeedForm(forms.ModelForm):
    class Meta:
        model = ReturnNeed
        fields = ["source", "holder", "title", "items", "ground", "purpose"]
        widgets: dict[str, Any] = {
            "items": forms.Textarea(attrs={"rows": LONG}),
            "purpose": forms.Textarea(attrs={"rows": LONG}),
        }
        help_texts = {
            "holder": gettext_lazy("知道时填写，例如省公安厅。"),
            "items": gettext_lazy("每行一个信息项，只写履行职责必需的。"),
            "ground": gettext_lazy("法律、法规、规章或者文件的名称和条款。"),
            "purpose": gettext_lazy("办理什么事项、由谁使用、用到什么时候。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_empty_choices(self)
        set_half(self, "source", "holder")

    def _post_clean(self) -> None:
        """The service judges."""


class PackageForm(forms.Form):
    """A file that came down, described by an entry."""

    source = forms.ChoiceField(
        label=gettext_lazy("数据层级"), choices=[("", PLEASE_CHOOSE), *Source.choices]
    )
    provincial_number = forms.CharField(label=gettext_lazy("省级编号"), max_length=60)
    period = forms.CharField(
        label=gettext_lazy("数据期间"),
        max_length=40,
        help_text=gettext_lazy("例如：2026年第三季度。"),
    )
    received_on = forms.DateField(label=gettext_lazy("收到日期"), widget=DateInput())
    need = forms.ModelChoiceField(
        label=gettext_lazy("对应的需求"),
        queryset=ReturnNeed.objects.none(),
        required=False,
        empty_label=gettext_lazy("没有对应的需求"),
    )
    area_item = forms.ChoiceField(
        label=gettext_lazy("行政区划代码所在信息项"),
        required=False,
        help_text=gettext_lazy("按它把数据分给各区，取前六位；不选则只有市级单位可以接收。"),
    )
    digest = forms.CharField(
        label=gettext_lazy("省级给出的SM3摘要"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("填写后与文件核对。"),
    )
    file = forms.FileField(
        label=gettext_lazy("数据文件"),
        max_length=200,
        help_text=gettext_lazy("xlsx 或 csv，表头为该信息资源的信息项名称。"),
    )

    def __init__(self, *args: Any, entry: CatalogEntry, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(entry.items.values_list("name", flat=True))
        area: Any = self.fields["area_item"]
        area.choices = [("", _("不分区")), *((name, name) for name in names)]
        if not self.is_bound:
            area.initial = next((name for name in names if "区划" in name), "")
            self.fields["received_on"].initial = timezone.localdate()
        need: Any = self.fields["need"]
        need.queryset = need_policy.queryset(actor).filter(state__in=ANSWERABLE)
        set_half(self, "source", "provincial_number", "period", "received_on", "need", "area_item")


class RecipientsForm(forms.Form):
    """To whom a package goes."""

    departments = forms.ModelMultipleChoiceField(
        label=gettext_lazy("接收单位"),
        queryset=Department.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请选择接收单位。")},
    )

    def __init__(self, *args: Any, package: ReturnPackage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["departments"]
        field.queryset = recipients(package)
        field.label_from_instance = lambda one: f"{one.name}（{one.region_code}）"
        if package.need is not None:
            field.initial = [package.need.department_id]


def recipients(package: ReturnPackage) -> QuerySet[Department]:
    """District departments for which there are rows, and whoever asked for them; the asker first."""
    codes = package.parts.values("region_code")
    asker = package.need.department_id if package.need else None
    rows = Department.objects.owners().filter(
        Q(level=Level.DISTRICT, region_code__in=codes) | Q(pk=asker)
    )
    first = Case(When(pk=asker, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(first, "region_code", "order", "pinyin")


class NeedFilter(FilterForm):
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("全部状态")), *NeedState.choices],
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(state=given["state"]) if "state" in given else Q()
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(title__icontains=word)
                | Q(provincial_number__icontains=word)
            )
        return condition
