"""What an action may answer instead of a result, with CKAN's own types and status codes."""

from collections.abc import Mapping
from typing import Any


class ActionError(Exception):
    """`error` is what stands in the envelope; `status` the status of the answer."""

    status = 400

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(str(error))
        self.error = dict(error)


class NotFound(ActionError):
    """404: there is no such dataset, organization, group or action, or it is not open."""

    status = 404

    def __init__(self, message: str = "Not found") -> None:
        super().__init__({"__type": "Not Found Error", "message": message})


class Invalid(ActionError):
    """409: parameters that do not fit, by their names."""

    status = 409

    def __init__(self, **fields: str) -> None:
        super().__init__(
            {"__type": "Validation Error", **{name: [text] for name, text in fields.items()}}
        )


class UnreadableQuery(ActionError):
    """400: q or fq cannot be read."""

    def __init__(self, message: str) -> None:
        text = f"Search Query is invalid: {message}"
        super().__init__({"__type": "Search Query Error", "message": text})


class UnknownField(ActionError):
    """409: q, fq, sort or a facet names a field that datasets do not have."""

    status = 409

    def __init__(self, name: str) -> None:
        text = f"Search error: undefined field {name}"
        super().__init__({"__type": "Search Error", "message": text})


class BadRequest(Exception):
    """400 with a plain sentence, as CKAN answers what is no call of an action."""
