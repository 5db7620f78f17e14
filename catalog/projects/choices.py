"""Words of the register of projects."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProjectState(TextChoices):
    APPROVED = "approved", _("已批复，建设中")
    BUILT = "built", _("已竣工验收")
    REQUESTED = "requested", _("待大数据局验收")
    ACCEPTED = "accepted", _("验收合格")
    RETURNED = "returned", _("退回整改")


# In which the department may still change the record.
OPEN = (ProjectState.APPROVED, ProjectState.BUILT, ProjectState.RETURNED)
