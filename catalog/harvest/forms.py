"""The form of a source."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.harvest.services.sources import FIELDS
from catalog.models import HarvestSource
from citybrain.components.fields import arrange
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import name_empty_choices
from citybrain.organizations.models import Department


class SourceForm(forms.ModelForm):
    class Meta:
        model = HarvestSource
        fields = list(FIELDS)
        help_texts = {
            "name": _("例如“省政务数据开放平台”。"),
            "address": _(
                "CKAN 填网站地址，例如 https://data.example.cn；其他两种填目录文件的完整地址。"
                "只能是互联网地址，或者管理员允许的内部网络。"
            ),
            "department": _("采集的数据集成为该单位的目录草稿。"),
            "schedule": _("以保存来源的人员的名义办理，不会覆盖本单位已修改的内容。"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Department.objects.owners().filter(actor.scope("compile_entries").q("pk"))
        department: Any = self.fields["department"]
        department.queryset, department.empty_label = offered, _("请选择")
        if self.instance.pk is not None:
            del self.fields["department"]
        elif offered.count() == 1:
            department.widget = forms.HiddenInput()
            self.initial["department"] = offered.get().pk
        name_empty_choices(self)
        arrange(self, half=("kind", "schedule"))

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def _post_clean(self) -> None:
        """The service writes to the source, not the form; what it refuses it names itself."""
