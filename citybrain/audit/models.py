"""The audit trail 审计: append-only records, the history of states, and the seals over records.

Two layers keep writers from queueing: every record carries its own SM3 digest, made without any
lock, and a job seals the committed records once a minute into a chain. A trigger refuses UPDATE
and DELETE on all of these tables.
"""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department, User


class AuditRecord(models.Model):
    """One thing done, refused or read: who, for which department, on what, when, from where."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)
    verb = models.CharField(_("事项"), max_length=60)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(_("办理人"), max_length=60)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    subject_text = models.CharField(_("对象"), max_length=200, blank=True)
    data = models.JSONField(_("内容"), default=dict)
    ip = models.CharField(_("来源地址"), max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    digest = models.CharField(_("摘要"), max_length=64, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("审计记录")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_by_subject"),
            models.Index(fields=["department", "-id"], name="audit_by_department"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["verb", "-id"], name="audit_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_text}"


class StateChange(models.Model):
    """One move of one object through its states: the history shown and the source of statistics."""

    at = models.DateTimeField(default=timezone.now)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    move = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    old = models.CharField(max_length=30)
    new = models.CharField(max_length=30)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=60)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    basis = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("状态变更")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            # Two people who press at once cannot both have made the same step.
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "version"], name="one_change_per_version"
            )
        ]
        indexes = [models.Index(fields=["subject_type", "new", "at"], name="change_by_state")]

    def __str__(self) -> str:
        return f"{self.label} {self.old}→{self.new}"


class OwnerChange(models.Model):
    """That one object went from one department to another: who it belonged to at any time.

    `field` is the object's field that names the department, `effective_on` the day from which the
    successor answers for it. What never changed hands has no row.
    """

    at = models.DateTimeField(default=timezone.now)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    field = models.CharField(max_length=40)
    before = models.ForeignKey(Department, models.PROTECT, related_name="+")
    after = models.ForeignKey(Department, models.PROTECT, related_name="+")
    effective_on = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = _("归属变更")
        ordering = ["id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject_type", "field", "subject_id"], name="owner_by_subject")
        ]

    def __str__(self) -> str:
        return f"{self.before}→{self.after}"


class Seal(models.Model):
    """One link of the chain: SM3 over the digests of the records sealed and the link before."""

    number = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField(default=timezone.now)
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = _("审计封印")
        ordering = ["number"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"#{self.number}"


class SealedRecord(models.Model):
    """Which record a seal covers and at which place, so that a removed record is missed."""

    record_id = models.BigIntegerField(primary_key=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="members")
    position = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="one_record_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position}"
