"""The form of a proposal, and what the list is narrowed by: parsed here, judged by the services."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.choices import SharingType
from catalog.models import CatalogEntry, NegativeListEntry
from catalog.negative_list.choices import MOST_YEARS, Bars
from catalog.negative_list.rules import years_after
from catalog.negative_list.services import FIELDS
from citybrain.components.fields import arrange
from citybrain.organizations.forms import DateInput, DepartmentField, FilterForm
from citybrain.organizations.models import Department

LONGEST_QUERY_WORDS = 5
WHOLE, SOME = "whole", "some"


class NegativeListForm(forms.ModelForm):
    """`values()` has the keys of the service's FIELDS, `item_names()` the items chosen."""

    extent = forms.ChoiceField(
        label=_("列入范围"),
        choices=[(WHOLE, _("整个信息资源")), (SOME, _("部分信息项"))],
        widget=forms.RadioSelect,
    )
    items = forms.MultipleChoiceField(
        label=_("列入的信息项"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("列入范围为“部分信息项”时选择。"),
        error_messages={"invalid_choice": _("所选信息项不属于该信息资源，请重新选择。")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    fieldsets = [
        (_("列入的内容"), ["title", "extent", "items", "bars"]),
        (_("依据和理由"), ["basis", "reason"]),
        (_("期限"), ["effective_on", "expires_on"]),
    ]

    class Meta:
        model = NegativeListEntry
        fields = list(FIELDS)
        help_texts = {
            "title": _("列入后对全市各部门可见，不要写入不宜公开的内容。"),
            "basis": _(
                "写明法律、行政法规或国务院决定的名称和条款，例如《中华人民共和国反恐怖主义法》第四十八条。"
            ),
            "reason": _("说明该内容为何属于依据规定的情形，供审核使用，不对其他部门公开。"),
            "expires_on": _("一次最长%d年，每年复核一次；期满仍须列入的，重新提出。") % MOST_YEARS,
        }
        widgets = {
            "bars": forms.RadioSelect,
            "basis": forms.Textarea(attrs={"rows": 2}),
            "reason": forms.Textarea(attrs={"rows": 4}),
            "effective_on": DateInput(),
            "expires_on": DateInput(),
        }

    def __init__(
        self,
        *args: Any,
        entry: CatalogEntry,
        like: NegativeListEntry | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        names = list(entry.items.values_list("name", flat=True))
        self.fields["items"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        self.fields["bars"].choices = list(Bars.choices)  # type: ignore[attr-defined]
        if not names:
            del self.fields["items"]
            self.fields["extent"].choices = [(WHOLE, _("整个信息资源"))]  # type: ignore[attr-defined]
        self._begin(entry, like)
        arrange(
            self,
            basis={"basis": _("促进条例（草案）第十三条")},
            half=("effective_on", "expires_on"),
        )

    def _begin(self, entry: CatalogEntry, like: NegativeListEntry | None) -> None:
        """What is known already: the saved draft, the line that is proposed again, or the entry."""
        today = timezone.localdate()
        shown = self.instance if self.instance.pk else like
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        elif like is not None:
            self.initial.update({name: getattr(like, name) for name in FIELDS})
            first = max(today, min(like.expires_on, years_after(today, 1)))
            self.initial["effective_on"] = first
            self.initial["expires_on"] = years_after(first, MOST_YEARS)
        else:
            self.initial["title"] = entry.title
            self.initial["basis"] = (
                entry.sharing_condition if entry.sharing_type == SharingType.WITHHELD else ""
            )
            self.initial["effective_on"] = today
            self.initial["expires_on"] = years_after(today, MOST_YEARS)
        self.initial["items"] = shown.items if shown else []
        self.initial["extent"] = SOME if shown and shown.items else WHOLE

    def _post_clean(self) -> None:
        pass

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("extent") == SOME and not given.get("items") and "items" not in self.errors:
            self.add_error("items", _("请至少选择一个信息项，或者改选“整个信息资源”。"))
        return given

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}

    def item_names(self) -> list[str]:
        some = self.cleaned_data["extent"] == SOME
        return list(self.cleaned_data.get("items") or []) if some else []


class NegativeListFilter(FilterForm):
    department = DepartmentField(label=_("提出单位"), required=False, empty_label=_("全部单位"))
    bars = forms.ChoiceField(
        label=_("限制内容"), required=False, choices=[("", _("全部限制内容")), *Bars.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.owners()  # type: ignore[attr-defined]

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q()
        for name in ("department", "bars"):
            if name in given:
                condition &= Q(**{name: given[name]})
        for word in given.get("q", "").split()[:LONGEST_QUERY_WORDS]:
            condition &= (
                Q(number__icontains=word) | Q(title__icontains=word) | Q(basis__icontains=word)
            )
        return condition
