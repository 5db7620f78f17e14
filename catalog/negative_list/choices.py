"""Words and limits of the negative list 负面清单 (HK-13)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST_YEARS = 3  # for which an item may be listed at once; afterwards it is proposed anew
EXAMINED_AFTER_YEARS = 1  # between two re-examinations
EXAMINATION_BEGINS_DAYS = 30  # before the year is over


class NegativeState(TextChoices):
    DRAFT = "draft", _("草稿")
    SIGNING = "signing", _("待本单位签发")
    REVIEWING = "reviewing", _("待大数据局审核")
    LISTED = "listed", _("已列入")
    EXPIRED = "expired", _("已到期")
    WITHDRAWN = "withdrawn", _("已撤销")
    DISCARDED = "discarded", _("已作废")


# What is or once was on the list; the list is public, how it came about is not.
PUBLIC = (NegativeState.LISTED, NegativeState.EXPIRED, NegativeState.WITHDRAWN)
UNDER_WAY = (NegativeState.DRAFT, NegativeState.SIGNING, NegativeState.REVIEWING)


class Bars(TextChoices):
    """What is barred."""

    SHARING = "sharing", _("不得共享")
    OPENING = "opening", _("不得开放")
    BOTH = "both", _("不得共享，不得开放")
