from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from citybrain.ui import Tone


class GuidanceKind(TextChoices):
    """HK-18: what a provider owes those who use its data."""

    GUIDANCE = "guidance", _("业务指导")
    SUPPORT = "support", _("技术支持")


class GuidanceState(TextChoices):
    OPEN = "open", _("待答复")
    ANSWERED = "answered", _("已答复")
    CLOSED = "closed", _("已办结")


TONES: dict[str, Tone] = {
    GuidanceState.OPEN: "warning",
    GuidanceState.ANSWERED: "success",
    GuidanceState.CLOSED: "muted",
}
