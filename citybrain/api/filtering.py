"""What a list may be narrowed by: a parameter that nobody knows is refused, never overlooked."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from citybrain.api.pagination import Pages

OF_EVERY_LIST = (Pages.page_query_param, Pages.page_size_query_param)


def refuse_unknown(query: QueryDict, known: Iterable[str]) -> None:
    """Raises ValidationError naming each parameter that is neither in `known` nor of every list."""
    allowed = (*known, *OF_EVERY_LIST)
    listed = "、".join(allowed)
    unknown = [name for name in query if name not in allowed]
    if unknown:
        raise ValidationError(
            {name: _("没有这个参数，可用的参数有：%s。") % listed for name in unknown}
        )


class KnownFilters(DjangoFilterBackend):
    """The filters of a view, and nothing else."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filters = self.get_filterset_class(view, queryset)
        refuse_unknown(request.query_params, filters.base_filters if filters else ())
        return super().filter_queryset(request, queryset, view)
