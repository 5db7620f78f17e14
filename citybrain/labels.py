"""The Chinese names of fields and of articles of law, for what people read."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The codes of docs/regulations.md.
LAWS = {"SC": gettext_lazy("共享条例"), "HK": gettext_lazy("促进条例（草案）")}
DIGITS = "〇一二三四五六七八九"


def field_label(model: type[models.Model], name: str) -> str:
    """The verbose name of a model's field. Raises FieldDoesNotExist, TypeError for a relation back."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__}.{name} is not a field of its own")
    return str(field.verbose_name)


def article_label(code: str) -> str:
    """共享条例第二十一条 for SC-21; a text that is no such code stays as it is."""
    law, dash, number = code.partition("-")
    if law not in LAWS or not dash or not number.isdecimal():
        return code
    return _("%(law)s第%(number)s条") % {"law": LAWS[law], "number": _numeral(int(number))}


def _numeral(number: int) -> str:
    """1 to 99 in Chinese numerals, as laws count their articles."""
    tens, ones = divmod(number, 10)
    before = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return before + (DIGITS[ones] if ones else "")
