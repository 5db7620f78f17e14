"""Rows as a Parquet file, made piece by piece: what is in memory is one group of rows."""

import itertools
from collections.abc import Iterable, Iterator

IN_A_GROUP = 20_000  # rows


class _Sink:
    """Takes what the writer writes, to be taken away between two groups."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """What is taken has been written."""

    def close(self) -> None:
        """The writer is done; the last pieces are still to be taken."""

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def write_parquet(rows: Iterable[list[object]]) -> Iterator[bytes]:
    """The file of `rows`, whose first are the headings. Every column is text, as in the CSV file."""
    # Half a second and 50 MB that only whoever builds such a package pays.
    import pyarrow as pa
    from pyarrow import parquet

    lines = iter(rows)
    text = pa.string()
    schema = pa.schema([(str(heading), text) for heading in next(lines)])
    sink = _Sink()
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while group := list(itertools.islice(lines, IN_A_GROUP)):
            columns = [[str(value) for value in column] for column in zip(*group, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
            yield sink.take()
    yield sink.take()
