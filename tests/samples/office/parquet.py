"""A Parquet file of three columns."""

from datetime import UTC, datetime
from io import BytesIO

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet


def packed(rows: int = 2) -> bytes:
    fruit = Array([("Apple", "Pear | quince")[row % 2] for row in range(rows)], DataType.utf8())
    tons = Array([None if row % 2 else 12.5 for row in range(rows)], DataType.float64())
    moment = int(datetime(2026, 10, 5, 10, tzinfo=UTC).timestamp())
    at = Array([moment * 1_000_000] * rows, DataType.int64()).cast(DataType.timestamp("us", tz="UTC"))
    into = BytesIO()
    write_parquet(Table.from_pydict({"Fruit": fruit, "Tons": tons, "At": at}), into)
    return into.getvalue()
