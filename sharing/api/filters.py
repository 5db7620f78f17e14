"""Narrowing the lists of sharing; departments are named by their code."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department
from sharing.choices import ApplicationState, AuthorizationState, Method
from sharing.models import Authorization, ShareApplication


def _department(label: Any) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        label=label, queryset=Department.objects.all(), to_field_name="code"
    )


class ApplicationFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("状态"), choices=ApplicationState.choices)
    method = django_filters.ChoiceFilter(label=_("共享方式"), choices=Method.choices)
    department = _department(_("申请单位编号"))
    provider = _department(_("提供单位编号"))
    entry = django_filters.NumberFilter(label=_("信息资源的 id"), field_name="entry_id")
    number = django_filters.CharFilter(label=_("申请编号"))

    class Meta:
        model = ShareApplication
        fields: list[str] = []


class AuthorizationFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("状态"), choices=AuthorizationState.choices)
    method = django_filters.ChoiceFilter(label=_("共享方式"), choices=Method.choices)
    provider = _department(_("提供单位编号"))
    consumer = _department(_("使用单位编号"))
    entry = django_filters.NumberFilter(label=_("信息资源的 id"), field_name="entry_id")
    number = django_filters.CharFilter(label=_("授权编号"))

    class Meta:
        model = Authorization
        fields: list[str] = []
