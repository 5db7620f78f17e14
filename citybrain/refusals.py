"""What a service raises when it refuses for a reason that the person can do something about.

Unseen is Django's Http404, not allowed is Django's PermissionDenied, bad input is Django's
ValidationError with the field named; these two complete the set.
"""


class Conflict(Exception):
    """Allowed, but not in the present state, or someone else was quicker: 409.

    `state_label` is the present state in Chinese, shown so that the person knows where it stands.
    """

    def __init__(self, message: str, *, state_label: str = "") -> None:
        super().__init__(message)
        self.state_label = state_label


class Refused(Exception):
    """Guards said no. `reasons` are Chinese sentences, each saying what to do."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons
