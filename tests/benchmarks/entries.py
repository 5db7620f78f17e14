"""A catalog as large as a province's: real descriptions of data, repeated with changes.

The 200 samples (tests/data, with their licence) are descriptions of data that Chinese public bodies
publish. Every entry differs from its sample in place, year and number, has ten items, and the very
search columns that compiling it would give.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import connection, models
from django.utils import timezone

from catalog.choices import (
    THEMES,
    DataType,
    EntryState,
    FormatClass,
    Grade,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateCycle,
)
from catalog.models import CatalogEntry, DataItem, NumberSeries
from catalog.rules import title_key
from catalog.services.codes import prefix_of
from catalog.services.content import search_value
from citybrain.organizations.models import Department
from citybrain.pinyin import sort_key
from tests.factories.organizations import DepartmentFactory

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "china-data-sources-sample.csv"
PLACES = ("秀英区", "龙华区", "琼山区", "美兰区", "江东新区", "高新区", "综合保税区", "全市")
ITEMS = 10
CLASS_ITEM = "07"
FIRST_DAY = date(2021, 1, 1)
DAYS = 1_800
SHARING = {SharingType.UNCONDITIONAL: 45, SharingType.CONDITIONAL: 50, SharingType.WITHHELD: 5}


@dataclass(frozen=True)
class Sample:
    title: str
    summary: str
    words: tuple[str, ...]


def samples() -> list[Sample]:
    """What is repeated: title, summary, and Chinese key words that serve as names of items."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        found = []
        for row in csv.DictReader(file):
            words = [word for word in row["tags"].split("|") if not word.isascii()]
            words += [f"指标{number}" for number in range(1, ITEMS + 1)]
            found.append(
                Sample(row["title"][:90], row["description"][:900], tuple(dict.fromkeys(words)))
            )
    return found


def add_departments(total: int) -> list[Department]:
    """Makes departments until the city has `total` that may own entries; returns those, in order."""
    rows = Department.objects.exclude(parent=None)
    while rows.count() < total:
        DepartmentFactory()
    return list(rows.order_by("pk")[:total])


def fill(departments: Sequence[Department], count: int) -> None:
    """Adds `count` published entries with their items, owned by `departments`; none may be there."""
    plan = _Plan(departments)
    _copy(CatalogEntry, plan.entries(count))
    _copy(DataItem, plan.items())
    NumberSeries.objects.bulk_create(
        [NumberSeries(prefix=prefix, last=last) for prefix, last in plan.numbers.items()]
    )
    with connection.cursor() as cursor:
        table = CatalogEntry._meta.db_table
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {count})")


class _Plan:
    """The same entries every time; what is known of them while they are written."""

    def __init__(self, departments: Sequence[Department]) -> None:
        self.departments = departments
        self.rng = random.Random(20260101)
        self.names: list[Sequence[str]] = []
        self.numbers: dict[str, int] = defaultdict(int)

    def entries(self, count: int) -> Iterator[CatalogEntry]:
        known = samples()
        for number in range(count):
            sample = known[number % len(known)]
            start = self.rng.randrange(len(sample.words) - ITEMS + 1)
            self.names.append(sample.words[start : start + ITEMS])
            entry = _entry(number, sample, self.rng.choice(self.departments), self.rng)
            entry.pk = number + 1
            entry.code = self._code(entry.department)
            vector = search_value(
                title=entry.title,
                code=entry.code,
                item_names=self.names[-1],
                summary=entry.summary,
                department=entry.department.name,
            )
            entry.search = vector.get_source_expressions()[0].value
            yield entry

    def items(self) -> Iterator[DataItem]:
        for pk, names in enumerate(self.names, 1):
            for position, name in enumerate(names, 1):
                yield DataItem(
                    entry_id=pk,
                    position=position,
                    name=name,
                    data_type=DataType.CHARACTER,
                    length=40,
                )

    def _code(self, owner: Department) -> str:
        prefix = prefix_of(
            department=owner, resource_class=ResourceClass.DEPARTMENT, class_item=CLASS_ITEM
        )
        self.numbers[prefix] += 1
        return f"{prefix}/{self.numbers[prefix]:06}"


def _entry(number: int, sample: Sample, owner: Department, rng: random.Random) -> CatalogEntry:
    place, year = rng.choice(PLACES), rng.randrange(2000, 2026)
    title = f"{place}{year}年{sample.title}第{number}批"
    (sharing,) = rng.choices(list(SHARING), list(SHARING.values()))
    now = timezone.now()
    return CatalogEntry(
        department=owner,
        title=title,
        title_key=title_key(title),
        title_pinyin=sort_key(title),
        summary=f"{place}：{sample.summary}",
        resource_class=ResourceClass.DEPARTMENT,
        class_item=CLASS_ITEM,
        theme=rng.choice(THEMES)[0],
        format_class=FormatClass.DATABASE,
        format_type="mysql",
        sharing_type=sharing,
        sharing_condition="" if sharing == SharingType.UNCONDITIONAL else "限依法履行职责使用。",
        sharing_method=SharingMethod.INTERFACE,
        open_type=OpenType.CLOSED,
        update_cycle=rng.choice(UpdateCycle.values),
        grade=Grade.values[number % len(Grade.values)],
        use_scope="用于统计分析和公共服务事项办理。",
        system_name="数据资源管理系统",
        state=EntryState.PUBLISHED,
        version=3,
        published_on=FIRST_DAY + timedelta(days=rng.randrange(DAYS)),
        created_at=now,
        updated_at=now,
    )


def _copy(model: type[models.Model], objects: Iterable[models.Model]) -> None:
    """Writes the objects by COPY; items get the next primary keys."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if model is CatalogEntry or not field.primary_key
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copying:
        for one in objects:
            copying.write_row([getattr(one, field.attname) for field in fields])
