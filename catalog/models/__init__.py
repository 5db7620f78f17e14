"""What a department's catalog consists of."""

from catalog.models.batch import ImportBatch, ImportRow
from catalog.models.demand import Demand, DemandSupport
from catalog.models.entry import CatalogEntry, DataUpdate, EntryRevision, NumberSeries
from catalog.models.harvest import HarvestedEntry, HarvestRun, HarvestSource
from catalog.models.item import DataItem, FormerName
from catalog.models.library import ItemOverlap, ItemSource, Library, LibraryItem
from catalog.models.more_time import MoreTimeRequest
from catalog.models.negative import NegativeListEntry
from catalog.models.project import Project
from catalog.models.provincial import PackageLine, ProvincialEdition, ProvincialReport
from catalog.models.quality import CheckResult, QualityCheck, QualityRule
from catalog.models.remark import ReviewRemark, Verdict
from catalog.models.standard import Code, CodeList, DataElement
from catalog.models.system import InformationSystem
from catalog.models.unsaved import UnsavedForm
from catalog.models.watch import Watch

__all__ = [
    "CatalogEntry",
    "CheckResult",
    "Code",
    "CodeList",
    "DataElement",
    "DataItem",
    "DataUpdate",
    "Demand",
    "DemandSupport",
    "EntryRevision",
    "FormerName",
    "HarvestRun",
    "HarvestSource",
    "HarvestedEntry",
    "ImportBatch",
    "ImportRow",
    "InformationSystem",
    "ItemOverlap",
    "ItemSource",
    "Library",
    "LibraryItem",
    "MoreTimeRequest",
    "NegativeListEntry",
    "NumberSeries",
    "PackageLine",
    "Project",
    "ProvincialEdition",
    "ProvincialReport",
    "QualityCheck",
    "QualityRule",
    "ReviewRemark",
    "UnsavedForm",
    "Verdict",
    "Watch",
]
