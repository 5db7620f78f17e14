"""Words and limits of the standards register (HK-7)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST_CODES = 5_000
LONGEST_SYNONYMS = 20


class StandardState(TextChoices):
    DRAFT = "draft", _("草稿")
    IN_FORCE = "in_force", _("现行")
    REPLACED = "replaced", _("已被替代")
    DISCARDED = "discarded", _("已作废")


PUBLIC = (StandardState.IN_FORCE, StandardState.REPLACED)
