"""ItemGrade 数据项分级: which grade and category a data item carries, and who confirmed it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.choices import Grade
from catalog.models import DataItem, EntryRevision
from citybrain.organizations.models import User
from security.choices import MASKED_FROM, PERSONAL, Category, at_least


class ItemGrade(models.Model):
    """The confirmed grade of one item.

    It holds for the item as it was when it was confirmed: `confirmed_for` is compared with the
    item's present name and type, so an item that has changed counts as ungraded again.
    """

    item = models.OneToOneField(DataItem, models.CASCADE, related_name="+")
    grade = models.CharField(_("数据级别"), max_length=12, choices=Grade)
    category = models.CharField(_("数据类别"), max_length=24, choices=Category)
    suggested_grade = models.CharField(max_length=12, choices=Grade)
    reason = models.CharField(_("定级理由"), max_length=300)
    confirmed_for = models.CharField(max_length=120)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("数据项分级")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.item} {self.get_grade_display()}"

    @property
    def is_personal(self) -> bool:
        return self.category in PERSONAL

    @property
    def is_masked(self) -> bool:
        """Personal information of general grade 3 and above is masked when it is served."""
        return self.is_personal and at_least(self.grade, MASKED_FROM)


class RevisionGrade(models.Model):
    """The grade of one item as it was approved with a revision, frozen with it.

    ItemGrade is what holds now; the statistics of a year read what held then.
    """

    revision = models.ForeignKey(EntryRevision, models.CASCADE, related_name="+")
    item = models.CharField(_("信息项"), max_length=100)
    grade = models.CharField(_("数据级别"), max_length=12, choices=Grade)
    category = models.CharField(_("数据类别"), max_length=24, choices=Category)

    class Meta:
        verbose_name = verbose_name_plural = _("审核时的分级")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["revision", "item"], name="grade_once_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.item} {self.get_grade_display()}"
