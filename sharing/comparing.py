"""What an upload would change in the rows that are served."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Values = Mapping[str, str]


@dataclass(frozen=True)
class Comparison:
    """Numbers of rows. Without a primary key a changed row is one removed and one added."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


def compare(
    served: Iterable[Values], rows: Iterable[Values], *, names: Sequence[str], keys: Sequence[str]
) -> Comparison:
    """Compares `rows` with those served: by the items `keys`, else whole rows of items `names`."""
    if not keys:
        before = Counter(_taken(values, names) for values in served)
        after = Counter(_taken(values, names) for values in rows)
        return Comparison(
            added=(after - before).total(),
            removed=(before - after).total(),
            unchanged=(before & after).total(),
        )
    old = {_taken(values, keys): _taken(values, names) for values in served}
    new = {_taken(values, keys): _taken(values, names) for values in rows}
    both = old.keys() & new.keys()
    unchanged = sum(old[key] == new[key] for key in both)
    return Comparison(
        added=len(new) - len(both),
        changed=len(both) - unchanged,
        removed=len(old) - len(both),
        unchanged=unchanged,
    )


def _taken(values: Values, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(values.get(name, "") for name in names)
