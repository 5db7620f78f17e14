"""The hosted rows of an entry, for the floors below: open data and data quality read them."""

from collections.abc import Iterator

from django.db.models import Q

from catalog.models import CatalogEntry
from citybrain.registry import Holding
from sharing.models import HostedDataset, HostedRow, InterfaceService

PORTION = 2_000  # rows fetched at a time


def served() -> Q:
    """The condition on entries that rows of them are served now, as `holding` finds them."""
    services = InterfaceService.objects.filter(enabled=True, dataset__isnull=False)
    return Q(pk__in=services.values("entry"))


def dataset_of(entry: CatalogEntry) -> HostedDataset | None:
    """The rows that are served of the entry now; None when none are."""
    service = (
        InterfaceService.objects.select_related("dataset")
        .filter(entry=entry, enabled=True, dataset__isnull=False)
        .first()
    )
    return service.dataset if service else None


def holding(entry: CatalogEntry) -> Holding | None:
    """What is served of the entry now; None when nothing is, or the service is switched off."""
    dataset = dataset_of(entry)
    if dataset is None:
        return None

    def read(start: int, stop: int | None) -> Iterator[dict[str, str]]:
        rows = HostedRow.objects.filter(dataset=dataset, number__gt=start)
        if stop is not None:
            rows = rows.filter(number__lte=stop)
        return rows.order_by("number").values_list("values", flat=True).iterator(PORTION)

    return Holding(
        number=dataset.number,
        count=dataset.rows,
        uploaded_at=dataset.uploaded_at,
        digest=dataset.digest,
        read=read,
    )
