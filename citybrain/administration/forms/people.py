"""Forms of people: shape and words only, the rules are in the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import DepartmentField, FilterForm, set_half
from citybrain.organizations.models import Department, User
from citybrain.organizations.rights import may_hold
from citybrain.organizations.roles import ROLES


class PeopleFilter(FilterForm):
    """What the list of people is narrowed by."""

    department = DepartmentField(label=_("单位"), required=False, empty_label=_("全部单位"))
    role = forms.ChoiceField(
        label=_("角色"),
        required=False,
        choices=[("", _("全部角色")), *[(role.code, role.label) for role in ROLES.values()]],
    )
    standing = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("在用账号")), ("closed", _("已停用")), ("all", _("全部"))],
    )


class PersonChangeForm(forms.ModelForm):
    department = DepartmentField(label=_("所在单位"))

    class Meta:
        model = User
        fields = ["name", "department", "post", "email", "phone"]
        labels = {"email": _("邮箱")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        set_half(self, *(name for name in self.fields if name != "roles"))

    def _post_clean(self) -> None:
        """The service validates the row itself, locked; doing it here as well would say it twice."""


class PersonForm(PersonChangeForm):
    """A new person; roles are checked against the department by the service."""

    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=[(role.code, role.label) for role in ROLES.values()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "角色只对所在单位有效；编目员与共享工作机构负责人、共享工作机构负责人与目录审核岗位不能由同一人担任。"
        ),
    )

    class Meta(PersonChangeForm.Meta):
        fields = ["username", *PersonChangeForm.Meta.fields]
        labels = {**PersonChangeForm.Meta.labels, "username": _("用户名")}
        help_texts = {"username": _("用于登录，建立后不再变更；与办公系统账号一致时可单点登录。")}


class RolesForm(forms.Form):
    """The roles that a department has at all."""

    roles = forms.MultipleChoiceField(
        label=_("角色"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, department: Department, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["roles"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - narrows the type
        field.choices = [
            (role.code, role.label) for role in ROLES.values() if may_hold(role, department)
        ]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("停用原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("人员名单"),
        error_messages={
            "required": _("请选择要导入的 .xlsx 文件。"),
            "empty": _("文件是空的，请检查后重新选择。"),
        },
    )
