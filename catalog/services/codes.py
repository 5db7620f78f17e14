"""信息资源代码: classification code in front, sequence number behind, joined by a slash.

Front: 类 (1 digit) 项 (2) 目 (3) 细目 (6). 目 and 细目 are the region's six digits and the
department's three, the local profile for city departments under 类 3.
Example: 3 + 07 + 460 + 100015 -> 307460100015/000001.
"""

from django.db import connection

from catalog.models import NumberSeries
from citybrain.organizations.models import Department


def prefix_of(*, department: Department, resource_class: int, class_item: str) -> str:
    """The classification code 分类码 of an entry of this department."""
    return f"{resource_class}{class_item}{department.region_code}{department.catalog_number}"


def split_prefix(code: str) -> tuple[str, str]:
    """目 and 细目 of a resource code: its digits 4 to 6, and the rest of the front segment."""
    front = code.partition("/")[0]
    return front[3:6], front[6:]


def next_codes(prefix: str, count: int = 1) -> list[str]:
    """`count` new resource codes under the classification code `prefix`."""
    return [f"{prefix}/{number:06}" for number in next_numbers(prefix, count)]


def next_numbers(series: str, count: int = 1) -> range:
    """`count` new numbers of a series. None is ever given out twice, even if it goes unused.

    Concurrent callers wait for each other on the series' row until they commit.
    """
    table = connection.ops.quote_name(NumberSeries._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS series (prefix, last) VALUES (%s, %s) "  # noqa: S608
            "ON CONFLICT (prefix) DO UPDATE SET last = series.last + EXCLUDED.last RETURNING last",
            [series, count],
        )
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
