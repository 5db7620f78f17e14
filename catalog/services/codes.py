"""信息资源代码: classification code in front, sequence number behind, joined by a slash.

Front: 类 (1 digit) 项 (2) 目 (3) 细目 (6); the 目 is the region's first three digits and the 细目 its
last three with the department's serial, the local profile for city departments under 类 3.
Example: 3 + 07 + 460 + 100015 -> 307460100015/000001.
"""

from django.db import connection

from catalog.models import ResourceNumber
from citybrain.organizations.models import Department


def prefix_of(*, department: Department, resource_class: int, class_item: str) -> str:
    """The classification code 分类码 of an entry of this department."""
    region = department.region_code
    return f"{resource_class}{class_item}{region[:3]}{region[3:]}{department.catalog_number}"


def next_codes(prefix: str, count: int = 1) -> list[str]:
    """`count` new codes under `prefix`. A number is never given out twice, even if it goes unused.

    Concurrent callers wait for each other on the prefix's row until they commit.
    """
    table = connection.ops.quote_name(ResourceNumber._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS numbers (prefix, last) VALUES (%s, %s) "  # noqa: S608
            "ON CONFLICT (prefix) DO UPDATE SET last = numbers.last + EXCLUDED.last RETURNING last",
            [prefix, count],
        )
        last = cursor.fetchone()[0]
    return [f"{prefix}/{number:06}" for number in range(last - count + 1, last + 1)]
