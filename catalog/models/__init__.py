"""What a department's catalog consists of."""

from catalog.models.batch import ImportBatch
from catalog.models.entry import CatalogEntry, DataUpdate, EntryRevision, NumberSeries
from catalog.models.item import DataItem

__all__ = [
    "CatalogEntry",
    "DataItem",
    "DataUpdate",
    "EntryRevision",
    "ImportBatch",
    "NumberSeries",
]
