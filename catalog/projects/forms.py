"""The form of a project, and what the register is narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import InformationSystem, Project
from catalog.projects.choices import ProjectState
from catalog.projects.services import PROJECT_FIELDS
from catalog.systems.choices import SystemState
from catalog.systems.forms import offer_departments
from catalog.systems.policies import supervises
from citybrain.components.fields import arrange
from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import DateInput, DepartmentField, FilterForm


class SystemChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: InformationSystem) -> str:
        return f"{obj.name}（{obj.get_state_display()}）"


class ProjectForm(forms.ModelForm):
    """`values()` has the keys of PROJECT_FIELDS; what is acceptable is decided by the services."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    systems = SystemChoices(
        label=_("建设的信息系统"),
        queryset=InformationSystem.objects.none(),
        required=False,
        help_text=_("项目建设或者改造的系统；没有列出的，请先在“信息系统”中登记。"),
    )

    fieldsets: list[tuple[Any, list[str]]] = [
        (_("批复"), ["name", "approval_number", "approved_on", "budget"]),
        (_("建设"), ["contractor", "completed_on", "description", "systems"]),
    ]

    class Meta:
        model = Project
        fields = ["department", *PROJECT_FIELDS]
        widgets: dict[str, Any] = {
            "approved_on": DateInput(),
            "completed_on": DateInput(),
            "description": forms.Textarea(attrs={"rows": 3}),
            "budget": forms.NumberInput(attrs={"min": 0, "step": "0.01"}),
        }
        help_texts = {
            "completed_on": _("本单位组织竣工验收的日期，竣工后填写。"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrange(
            self,
            basis={"systems": article_label("HK-14")},
            half=("approval_number", "approved_on", "budget", "contractor", "completed_on"),
        )
        own = actor.scope("register_systems").q()
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.initial["systems"] = self.instance.systems.all()
            del self.fields["department"]
            own = Q(department=self.instance.department_id)
        else:
            offer_departments(self, actor, "register_systems")
        chosen = Q(projects=self.instance.pk) if self.instance.pk else Q(pk=None)
        systems = InformationSystem.objects.filter(own, ~Q(state=SystemState.RETIRED) | chosen)
        self.fields["systems"].queryset = systems.distinct()  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The services judge, so that every way in obeys the same rules."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PROJECT_FIELDS}


class ProjectFilter(FilterForm):
    department = DepartmentField(label=_("建设单位"), required=False, empty_label=_("全部单位"))
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *ProjectState.choices]
    )

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not supervises(actor):
            del self.fields["department"]

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q()
        for name in ("department", "state"):
            if name in given:
                condition &= Q(**{name: given[name]})
        for word in given.get("q", "").split():
            condition &= (
                Q(name__icontains=word)
                | Q(approval_number__icontains=word)
                | Q(contractor__icontains=word)
            )
        return condition
