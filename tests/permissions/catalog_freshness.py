"""The line of the matrix of the watch over updates."""

from tests.permissions.catalog import PEOPLE
from tests.permissions.rows import SUPERVISORS, Row

ROWS = [Row("catalog:updates", allowed=PEOPLE | SUPERVISORS)]
