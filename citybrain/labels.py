"""The Chinese names of fields, for messages that name them."""

from django.db import models


def field_label(model: type[models.Model], name: str) -> str:
    """The verbose name of a model's field. Raises FieldDoesNotExist, TypeError for a relation back."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__}.{name} is not a field of its own")
    return str(field.verbose_name)
