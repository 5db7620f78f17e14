"""What developers fill in, and by what the bureau narrows its list; judged by the services."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import FilterForm
from sharing.developers.choices import DeveloperKind, DeveloperState


class RegistrationForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=DeveloperKind.choices,
        widget=forms.RadioSelect,
        initial=DeveloperKind.COMPANY,
    )
    name = forms.CharField(
        label=_("名称或姓名"),
        max_length=100,
        help_text=_("企业或其他组织填写登记名称，个人填写姓名。"),
    )
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=_("企业或其他组织填写，18位；个人不填。"),
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        max_length=120,
        help_text=_("确认链接和登录链接发到这里，不需要密码。"),
    )
    purpose = forms.CharField(
        label=_("用途"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("准备用数据做什么，一两句话即可。"),
    )


class SignInForm(forms.Form):
    email = forms.EmailField(label=_("电子邮箱"), max_length=120, help_text=_("注册时使用的邮箱。"))


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("密钥用途"),
        max_length=40,
        required=False,
        help_text=_("便于区分，例如使用它的程序名称。"),
    )


class DeveloperFilter(FilterForm):
    """By words, kind and state, in the bureau's list."""

    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=[("", _("全部类别")), *DeveloperKind.choices]
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *DeveloperState.choices]
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(**{name: given[name] for name in ("kind", "state") if name in given})
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(name__icontains=word)
                | Q(email__icontains=word)
                | Q(credit_code__iexact=word)
            )
        return condition
