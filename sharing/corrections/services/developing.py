"""After a correction of open data: developers who have called for it are told by mail (HK-17)."""

from django.db.models import Q
from django.utils import timezone

from catalog.opendata.addresses import dataset_path
from catalog.opendata.policies import open_entries
from catalog.opendata.rows import public_items
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from sharing import usage
from sharing.corrections.changes import CHANGED, changes_of
from sharing.developers import letters
from sharing.developers.choices import DeveloperState, LetterKind, OpenOutcome
from sharing.models import CorrectionRequest, Developer, OpenRedelivery
from sharing.tallying import OPENED
from sharing.usage import Period

DAYS = 365  # of calls: who has not come back for so long has no use for it


def tell_developers(correction: CorrectionRequest, actor: Actor) -> None:
    """Tells each developer once, and again when more rows were corrected than before."""
    entry = open_entries().filter(pk=correction.entry_id).first()
    names = {item.name for item in public_items(entry)} if entry else set()
    if entry is None or not names:
        return
    has_lines = correction.lines.exists()
    rows = _rows(correction, names) if has_lines else 0
    before = OpenRedelivery.objects.filter(correction=correction).first()
    if (has_lines and not rows) or (before is not None and rows <= before.rows):
        return
    found = list(_callers(entry.pk))
    if not found:
        return
    given = {"title": entry.title, "rows": rows, "path": dataset_path(entry)}
    for developer in found:
        letters.ask(LetterKind.CORRECTED, developer.email, given, language=developer.language)
    OpenRedelivery.objects.update_or_create(
        correction=correction,
        defaults={"rows": rows, "developers": len(found), "told_at": timezone.now()},
    )
    record(
        "sharing.correction.developers_told",
        actor=actor,
        subject=correction,
        department=correction.provider,
        data={"told": len(found), "rows": rows},
    )


def _rows(correction: CorrectionRequest, names: set[str]) -> int:
    """How many corrected rows the public sees: new, gone, or changed in an item that is open."""
    changes = changes_of(correction)
    return sum(one.kind != CHANGED or bool(one.items & names) for one in changes)


def _callers(entry: int) -> list[Developer]:
    """Who has got rows of it; those who have left have no address any more."""
    uses = usage.counted(Q(entry=entry), Period.days(DAYS), by="key__developer", ledger=OPENED)
    served = [one.key for one in uses if one.outcome == OpenOutcome.SERVED and one.key is not None]
    rows = Developer.objects.exclude(state=DeveloperState.WITHDRAWN)
    return list(rows.filter(pk__in=served).order_by("pk"))
