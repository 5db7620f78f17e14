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
from citybrain.components.fields import arrange
from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import DateInput, FilterForm
from security.abroad.services import usable_by
from sharing.choices import ApplicationState, UseBasis
from sharing.forms.choosing import Choosing, items_field
from sharing.models import ShareApplication
from sharing.services.applications import ABROAD, FIELDS

ARTICLE_20 = _("共享条例第二十条")
LONGEST_INPUT = 2000


class Ground(forms.ModelForm):
    """On what ground, for what use and for how long: what SC-20 asks for beside the items."""

    class Meta:
        model = ShareApplication
        fields = [*(name for name in FIELDS if name != "method"), *ABROAD]
        help_texts = {
            "legal_basis": _(
                "写明法律、法规、规章、三定规定或者文件的名称和条款，"
                "例如《海口市居住证服务管理办法》第十二条。"
            ),
            "scenario": _("在办理什么事项的哪个环节使用，例如预防接种登记时核验居住情况。"),
            "usage_range": _("哪些处室、人员、系统使用；不得扩大范围，不得提供给第三方。"),
            "daily_calls": _("每天最多调用或者下载的次数，同意后即为每日额度。"),
            "contact": _("提供方有疑问时找谁，写明姓名和办公电话。"),
            "goes_abroad": _(
                "接收方、处理系统或者人员在境外的，须有安全评估记录，提供方才能同意。"
            ),
            "assessment": _("本单位已由网信部门核对且在有效期内的记录。"),
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

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["use_basis"].choices = list(UseBasis.choices)  # type: ignore[attr-defined]
        offered: Any = self.fields["assessment"]
        offered.queryset = usable_by(actor.department)
        offered.empty_label = _("没有")
        if not self.instance.pk:
            self._begin(actor)
        basis: dict[str, Any] = {
            "use_basis": _("国发〔2016〕51号"),
            "legal_basis": ARTICLE_20,
            "scenario": ARTICLE_20,
            "usage_range": _("共享条例第二十条、第二十五条"),
            "method": _("共享条例第二十条、第二十二条"),
            "ends_on": ARTICLE_20,
            "goes_abroad": article_label("HK-22"),
        }
        arrange(
            self,
            basis={name: text for name, text in basis.items() if name in self.fields},
            half=("starts_on", "ends_on", "daily_calls", "contact"),
        )

    def _begin(self, actor: Actor) -> None:
        """What is known already when nothing has been saved yet; what was given stays."""
        person = actor.user
        known = (person.name, person.phone) if person else ()
        self.initial.setdefault("contact", " ".join(part for part in known if part))
        self.initial.setdefault("starts_on", timezone.localdate())

    def _post_clean(self) -> None:
        pass

    def values(self) -> dict[str, Any]:
        names = (*FIELDS, *ABROAD)
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class ApplicationForm(Choosing, Ground):
    """`values()` has the keys of the service's FIELDS, `item_ids()` the items chosen."""

    items = items_field()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta(Ground.Meta):
        fields = [*FIELDS, *ABROAD]

    def __init__(self, *args: Any, entry: CatalogEntry, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.offer(entry)
        if self.instance.pk:
            self.initial.setdefault("version", self.instance.version)
            chosen = self.instance.items.values_list("item_id", flat=True)
            self.initial.setdefault("items", list(chosen))


class SupplementForm(ApplicationForm):
    """What was missing, in words, and the application itself to be corrected."""

    supplement = forms.CharField(
        label=_("补正说明"),
        max_length=LONGEST_INPUT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("逐条说明补正了什么；下面的申请内容可以一并更正，更正前后的内容都会留存。"),
    )


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
