"""What the province sent back is put right and reported anew; what it was before is kept (HK-14)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Project, ProvincialEdition, ProvincialReport
from catalog.projects.services import correct_accepted
from catalog.provincial.services import content_of, title_of
from catalog.provincial.transitions import PROVINCIAL
from citybrain import workflow
from citybrain.canonical import canonical_value
from citybrain.crypto import digest_of
from citybrain.labels import field_label
from citybrain.organizations.actors import Actor
from citybrain.ui import DiffRow

LONGEST_REASON = 300


@dataclass(frozen=True)
class Corrected:
    """An edition that was sent back, and what the next one says otherwise."""

    edition: ProvincialEdition
    rows: list[DiffRow]


@transaction.atomic
def correct(
    *,
    actor: Actor,
    report: ProvincialReport,
    version: int | None,
    values: Mapping[str, Any],
    opinion: str,
    reason: str,
) -> ProvincialReport:
    """Puts the record of the accepted project right and freezes it anew, its resources included.

    Raises as citybrain.workflow.perform does, ValidationError by field, also when nothing of what
    is reported has changed.
    """

    def change(current: ProvincialReport) -> None:
        if len(reason.strip()) > LONGEST_REASON:
            raise ValidationError({"reason": _("不能超过 %d 个字。") % LONGEST_REASON})
        assert current.subject_id is not None  # noqa: S101 - an acceptance is of a project
        project = correct_accepted(
            actor=actor,
            project=Project.objects.get(pk=current.subject_id),
            values=values,
            opinion=opinion,
        )
        content = canonical_value(content_of(project))
        digest = digest_of(content)
        if digest == current.digest:
            raise ValidationError(_("报送的内容没有变化，请更正后再保存。"))
        ProvincialEdition.objects.create(
            report=current,
            number=current.editions.count() + 1,
            content=current.content,
            digest=current.digest,
            rejection=current.rejection,
            reason=reason.strip(),
            replaced_by=actor.user,
        )
        current.title = title_of(project)[:200]
        current.content, current.digest = content, digest
        current.save(update_fields=["title", "content", "digest"])

    return workflow.perform(
        PROVINCIAL,
        "correct",
        obj=report,
        actor=actor,
        version=version,
        inputs={"reason": reason},
        change=change,
    )


def editions_of(report: ProvincialReport) -> list[Corrected]:
    """The earlier editions, the latest first, each beside what came after it."""
    editions = list(report.editions.select_related("replaced_by"))
    contents = [edition.content for edition in editions] + [report.content]
    found = [
        Corrected(edition, list(_differences(edition.content, following)))
        for edition, following in zip(editions, contents[1:], strict=True)
    ]
    return found[::-1]


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[DiffRow]:
    for name, value in after["project"].items():
        old = before["project"].get(name)
        if old != value:
            yield DiffRow(field_label(Project, name), _text(old), _text(value))
    old_entries = {entry["code"]: entry for entry in before["entries"]}
    new_entries = {entry["code"]: entry for entry in after["entries"]}
    for code in [*old_entries, *(code for code in new_entries if code not in old_entries)]:
        one, other = old_entries.get(code), new_entries.get(code)
        if one != other:
            title = (other or one or {})["title"]
            yield DiffRow(f"《{title}》{code}", _entry(one), _entry(other))


def _text(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value or "")


def _entry(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return ""
    words = {"title": entry["title"], "day": entry["published_on"], "digest": entry["digest"][:12]}
    return _("%(title)s，%(day)s发布，摘要%(digest)s…") % words
