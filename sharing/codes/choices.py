"""Words and limits of authorization codes."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Environment(TextChoices):
    """What the caller's system is: in use, or being built. Each has a code of its own."""

    LIVE = "live", _("正式")
    TRIAL = "trial", _("测试")


# A code for tests returns few rows, every item masked: enough to build against, nothing to keep.
TRIAL_ROWS = 5
TRIAL_QUOTA = 200  # calls a day

USUAL_RATE, MOST_RATE = 20, 200  # calls a second
MOST_NETWORKS = 20
# Wider networks than these bind nothing.
WIDEST = {4: 8, 6: 16}
LONGEST_OVERLAP = timedelta(days=7)
HOURS = 24
