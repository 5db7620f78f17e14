"""How often one person may write; reading is bounded by the size of a page."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle


class Writes(UserRateThrottle):
    """Counts a person's writing requests, by whichever token or session they come."""

    scope = "writes"

    def allow_request(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)
