"""What the public pages read of the open catalog."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.facets import OPEN_FACETS
from catalog.models import CatalogEntry, DataItem, EntryRevision
from catalog.opendata.addresses import called
from catalog.opendata.policies import is_open, open_entries, with_open_items
from catalog.opendata.rows import published
from catalog.search import LISTED, Found, Wanted, words_in
from citybrain.textsearch import can_be_loosened
from citybrain.ui import Attribute

SHOWN = (*LISTED, "open_type", "format_class", "format_type")
DESCRIBED = (
    *SHOWN, "open_condition", "resource_class", "class_item", "created_at",
    "department__credit_code",
)  # fmt: skip


def opened(wanted: Wanted) -> Found:
    """The open entries, by words and facets; where nothing has the words, those that come near."""
    rows, loose = open_entries(), False
    if wanted.q:
        exact = rows.filter(openly(wanted.q))
        loose = can_be_loosened(wanted.q) and not exact.exists()
        rows = rows.filter(openly(wanted.q, loose=True)) if loose else exact
    return Found(wanted, rows, OPEN_FACETS, columns=SHOWN, is_loose=loose)


def openly(q: str, *, loose: bool = False) -> Q:
    """The condition that the words occur in what is public.

    Nobody finds an entry by a closed item, or by the name of the system that it comes from.
    """
    items = DataItem.objects.filter(entry=OuterRef("pk"))
    by_item = Q(Exists(items.filter(is_open(), name__icontains=q)))
    all_open = Q(~Exists(items.exclude(is_open())))
    return (
        words_in(q, "AC", loose=loose)
        | (words_in(q, "ABC", loose=loose) & all_open)
        | by_item
        | Q(department__name__icontains=q)
    )


def described() -> QuerySet[CatalogEntry]:
    """Open entries with all that is said of them outside: three statements for any number.

    `changed_at` is when what the public sees last changed, `opened_at` when it was first published,
    `has_rows` whether the public gets rows.
    """
    revisions = EntryRevision.objects.filter(entry=OuterRef("pk"))
    first = revisions.order_by("number").values("approved_at")[:1]
    last = revisions.order_by("-number").values("approved_at")[:1]
    time = DateTimeField()
    return (
        open_entries()
        .select_related("department")
        .only(*DESCRIBED)
        .prefetch_related(with_open_items())
        .annotate(
            opened_at=Coalesce(Subquery(first), F("created_at"), output_field=time),
            changed_at=Greatest(
                Coalesce(Subquery(last), F("updated_at")), F("data_updated_at"), output_field=time
            ),
            has_rows=published(),
        )
    )


def newest_first() -> QuerySet[Any]:
    """The same, what has changed last in front."""
    rows: QuerySet[Any] = described()
    return rows.order_by("-changed_at", "-pk")


def dataset(slug: str) -> Any:
    """The open entry with this slug. Raises Http404 for anything that is not open."""
    found = described().filter(called(slug)).first()
    if found is None:
        raise Http404
    return found


def attributes_of(entry: Any) -> list[Attribute]:
    """What the public reads of the entry."""
    updated = entry.data_updated_at
    return [
        Attribute(_("信息资源代码"), entry.code),
        Attribute(_("信息资源提供方"), entry.department.name),
        Attribute(_("主题"), _(entry.get_theme_display())),
        Attribute(_("类"), entry.get_resource_class_display()),
        Attribute(_("格式"), f"{entry.get_format_class_display()} / {entry.format_type}"),
        Attribute(_("更新周期"), entry.get_update_cycle_display()),
        Attribute(_("开放属性"), entry.get_open_type_display()),
        Attribute(_("发布日期"), _day(entry.published_on)),
        Attribute(
            _("数据更新时间"), _day(timezone.localtime(updated)) if updated else _("尚未更新")
        ),
        *(
            [Attribute(_("开放条件"), entry.open_condition, wide=True)]
            if entry.open_condition
            else []
        ),
    ]


def _day(day: Any) -> str:
    return date_format(day, "Y-m-d") if day else ""


@dataclass(frozen=True)
class Stamp:
    """By what one tells whether anything in the open catalog has changed."""

    count: int
    digest: str
    changed_at: datetime | None

    def __str__(self) -> str:
        return f"{self.count}-{self.digest}"


def stamp() -> Stamp:
    """Of all open entries together; one statement that reads each of them once."""
    rows = (
        described().prefetch_related(None).select_related(None).order_by()
        .only("pk").annotate(name=F("department__name"))
        .values_list("pk", "version", "changed_at", "has_rows", "name")
    )  # fmt: skip
    statement, values = rows.query.sql_with_params()
    # Only names made here stand in the text.
    statement = f"""
        SELECT count(*), coalesce(sum(hashtextextended(entry::text, 0)), 0), max(entry.changed_at)
        FROM ({statement}) AS entry (pk, version, changed_at, has_rows, name)
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        count, digest, changed_at = cursor.fetchone()
    return Stamp(count, f"{int(digest) % 2**64:x}", changed_at)


def history_of(entry: CatalogEntry) -> list[Any]:
    """The published versions with their days, newest first; what they said stays inside."""
    rows = EntryRevision.objects.filter(entry=entry).order_by("-number")
    return list(rows.values("number", "approved_at"))
