"""Parquet files as one sheet: names of columns, then rows while the budget lasts. Needs the extra [data].

The library panics on damage, and may abort the process: in a confined child that is one more unreadable file.
"""

from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO

from moonshelf.errors import CorruptDocument, UnsupportedFormat
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.sheets.sheet import Budget, Sheet, document
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from arro3.core import RecordBatch, RecordBatchReader

PARQUET_TYPE = "application/vnd.apache.parquet"
_EXTRA = "on the server, install the extra moonshelf[data]"
_PANIC = "PanicException"  # of pyo3: no Exception, and no module has it by name
_LONGEST = 10_000  # characters of one value


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the rows. Raises ``UnsupportedFormat`` with what to install, where that is missing."""
    if not find_spec("arro3.io"):
        raise UnsupportedFormat(media_type=PARQUET_TYPE, remedy=_EXTRA)
    sheet = Sheet("", Budget.of(tools.limits))
    try:
        _fill(sheet, source)
    except BaseException as error:
        # Rust's own errors come as many types, its panics as one that is no Exception.
        if isinstance(error, MemoryError) or not (isinstance(error, Exception) or type(error).__name__ == _PANIC):
            raise
        if not sheet.rows:
            raise CorruptDocument("its columns cannot be read") from error
        return document([sheet], {}, ["Not all of the rows could be read: the file is damaged."], include=tools.include)
    return document([sheet], {}, include=tools.include)


def _fill(sheet: Sheet, source: BinaryIO) -> None:
    from arro3.io import read_parquet  # noqa: PLC0415 - heavy, and an extra

    source.seek(0)
    batches: RecordBatchReader = read_parquet(source)
    for column, name in enumerate(batches.schema.names):
        sheet.put(0, column, str(name))
    row = 1
    for batch in batches:
        for values in _rows(batch):
            texts = enumerate(map(_shown, values))
            cells = {column: text for column, text in texts if text and not text.isspace()}
            if not sheet.fill(row, cells, len(values) - len(cells)):
                return
            row += 1


def _rows(batch: "RecordBatch") -> Iterator[tuple[Any, ...]]:  # Any: a column holds what its type says
    columns = [[column[row].as_py() for row in range(len(column))] for column in batch.columns]
    return zip(*columns, strict=True)


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float():
            return f"{value:.15g}"
        case datetime():
            return value.isoformat(" ")
        case bytes():
            return f"({len(value)} bytes)"
        case _:
            return str(value)[:_LONGEST]


PARQUET = Flowing(name="Parquet", media_types={".parquet": PARQUET_TYPE}, extract=extract)
