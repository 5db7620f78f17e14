"""The files of imports: the uploaded one with its faulty cells marked, and how long both are kept."""

from datetime import timedelta
from tempfile import TemporaryFile

from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.importing import issues
from catalog.models import ImportBatch
from catalog.models.batch import BatchState
from catalog.services.imports import batches
from citybrain import claims
from citybrain.spreadsheets import SpreadsheetError

KEPT = timedelta(days=90)


def annotate(batch_id: int) -> None:
    """Makes the annotated file of a batch in which something was found wrong, unless it is there.

    A file that cannot be opened, or on which workers die, has none: the list of issues remains.
    """
    if not claims.take(unannotated().filter(pk=batch_id)):
        return
    batch = ImportBatch.objects.defer("annotated").get(pk=batch_id)
    content = b""
    if batch.attempts <= claims.MOST_ATTEMPTS:
        with TemporaryFile() as target:
            try:
                issues.annotate(batch, target)
            except SpreadsheetError:
                target.truncate(0)
            target.seek(0)
            content = target.read()
    # What was found meanwhile, by importing, makes it anew.
    ImportBatch.objects.filter(pk=batch.pk, state=batch.state, annotated_at=None).update(
        annotated=content, annotated_at=timezone.now(), claimed_at=None, attempts=0
    )


def unannotated() -> QuerySet[ImportBatch]:
    """Batches whose annotated file is still to be made."""
    return (
        batches()
        .filter(state__in=(BatchState.PREVIEWED, BatchState.FAILED, BatchState.APPLIED))
        .filter(~Q(issues=[]) | Q(refused__gt=0), annotated_at=None)
        .exclude(content=b"")
    )


def forget() -> int:
    """Empties the files of batches whose last step was long ago; the rows and the record stay."""
    old = timezone.now() - KEPT
    return (
        ImportBatch.objects.exclude(content=b"")
        .exclude(state__in=(BatchState.UPLOADED, BatchState.CONFIRMED))
        .filter(Q(finished_at__lt=old) | Q(finished_at=None, uploaded_at__lt=old))
        .update(content=b"", annotated=b"", annotated_at=timezone.now())
    )
