"""The form of an application, the words of a move, and what a list is narrowed by.

Fields are parsed here, judged by the services: a draft may be incomplete.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from catalog.negative_list.choices import Bars
from catalog.negative_list.queries import barred, why
from citybrain.components.fields import arrange
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import DateInput, FilterForm
from sharing.choices import ApplicationState, UseBasis
from sharing.models import ShareApplication
from sharing.queries import Treatment, methods_of, treatments_of
from sharing.services.applications import FIELDS, offered_items

ARTICLE_20 = _("共享条例第二十条")
LONGEST_INPUT = 2000


class ApplicationForm(forms.ModelForm):
    """`values()` has the keys of the service's FIELDS, `item_ids()` the items chosen."""

    items = forms.TypedMultipleChoiceField(
        label=_("申请的信息项"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("所选信息项不属于该信息资源，请重新选择。")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ShareApplication
        fields = list(FIELDS)
        help_texts = {
            "legal_basis": _(
                "写明法律、法规、规章、三定规定或者文件的名称和条款，"
                "例如《海口市居住证服务管理办法》第十二条。"
            ),
            "scenario": _("在办理什么事项的哪个环节使用，例如预防接种登记时核验居住情况。"),
            "usage_range": _("哪些处室、人员、系统使用；不得扩大范围，不得提供给第三方。"),
            "daily_calls": _("每天最多调用或者下载的次数，同意后即为每日额度。"),
            "contact": _("提供方有疑问时找谁，写明姓名和办公电话。"),
        }
        widgets = {
            "use_basis": forms.RadioSelect,
            "method": forms.RadioSelect,
            "legal_basis": forms.Textarea(attrs={"rows": 3}),
            "scenario": forms.Textarea(attrs={"rows": 3}),
            "usage_range": forms.Textarea(attrs={"rows": 3}),
            "starts_on": DateInput(),
            "ends_on": DateInput(),
        }

    def __init__(self, *args: Any, entry: CatalogEntry, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.treatments = treatments_of(offered_items(entry))
        names = [one.item.name for one in self.treatments]
        self.barred = barred(entry).items(Bars.SHARING, names)
        self._offer(entry)
        self._begin(actor)
        arrange(
            self,
            basis={
                "use_basis": _("国发〔2016〕51号"),
                "legal_basis": ARTICLE_20,
                "scenario": ARTICLE_20,
                "usage_range": _("共享条例第二十条、第二十五条"),
                "method": _("共享条例第二十条、第二十二条"),
                "ends_on": ARTICLE_20,
            },
            half=("starts_on", "ends_on", "daily_calls", "contact"),
        )

    def _offer(self, entry: CatalogEntry) -> None:
        """Only what the entry has: its items, and the ways in which it is shared."""
        offered: dict[str, list[tuple[Any, Any]]] = {
            "items": [(one.item.pk, one.item.name) for one in self.treatments],
            "use_basis": list(UseBasis.choices),
            "method": [(method.value, method.label) for method in methods_of(entry)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _begin(self, actor: Actor) -> None:
        """What is known already when nothing has been saved yet."""
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.initial["items"] = list(self.instance.items.values_list("item_id", flat=True))
            return
        person = actor.user
        known = (person.name, person.phone) if person else ()
        self.initial["contact"] = " ".join(part for part in known if part)
        self.initial["starts_on"] = timezone.localdate()
        methods = self.fields["method"].choices  # type: ignore[attr-defined]
        self.initial["method"] = methods[0][0]

    def _post_clean(self) -> None:
        pass

    @property
    def lines(self) -> list[tuple[Treatment, bool, str]]:
        """Each item as it would be served, whether it is chosen, and why it may not be."""
        chosen = {str(value) for value in self["items"].value() or ()}
        return [
            (
                one,
                str(one.item.pk) in chosen,
                why(self.barred[one.item.name]) if one.item.name in self.barred else "",
            )
            for one in self.treatments
        ]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}

    def item_ids(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["items"]
        return chosen


class MoveForm(forms.Form):
    """The words that a move asks for; which of them must be there is the move's own rule."""

    def __init__(self, *args: Any, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in names:
            self.fields[name] = forms.CharField(required=False, max_length=LONGEST_INPUT)

    def inputs(self) -> Mapping[str, str]:
        """Raises ValidationError by name for what is no text that could be kept."""
        if not self.is_valid():
            raise ValidationError(self.errors.as_data())
        return self.cleaned_data


class ExtensionForm(forms.Form):
    """How much longer the provider needs, and why."""

    days = forms.IntegerField(label=_("延长工作日数"), widget=forms.NumberInput(attrs={"min": 1}))
    reason = forms.CharField(
        label=_("延长理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("特殊情况的具体说明，大数据局据此决定是否同意，同意后一并告知申请单位。"),
    )


class ApplicationFilter(FilterForm):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *ApplicationState.choices]
    )
