"""What arrives is written whole, even where a file takes less than it is given."""

import asyncio
import hashlib
import io
from pathlib import Path
from typing import cast

import pytest

from moonshelf.errors import Unavailable
from moonshelf.errors.requests import FileTooLarge
from moonshelf.http.uploads.writing import Writer, begin


class _Sparing(io.BytesIO):
    """Takes three bytes at a time."""

    def write(self, data: bytes) -> int:  # type: ignore[override] # of bytes alone
        return super().write(data[:3])


def test_all_is_written_and_hashed_in_its_order() -> None:
    target = _Sparing()
    writer = Writer(cast("io.FileIO", target), limit=20, refusal=FileTooLarge(limit=20))

    async def write() -> None:
        for chunk in (b"0123456789", b"", b"abcdefghij"):
            await writer.write(chunk)
        await writer.end()

    asyncio.run(write())
    with pytest.raises(FileTooLarge):
        asyncio.run(writer.write(b"k"))
    assert target.getvalue() == b"0123456789abcdefghij"
    assert writer.digest() == hashlib.sha256(b"0123456789abcdefghij").hexdigest()


def test_where_no_file_can_be_made_another_attempt_may_help(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Space for the upload"):
        begin(tmp_path / "gone" / "spool")
