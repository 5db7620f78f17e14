"""Paging of API lists: ?page= and ?page_size=, with the count."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Twenty to a page, a hundred at most: `{"count": …, "next": …, "previous": …, "results": […]}`."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
