"""Claims: slices in the hands of one worker each, and the blobs that are written under them."""

import time
from dataclasses import dataclass, field
from typing import Literal

from moonshelf.errors import MoonshelfError
from moonshelf.storage import BlobKey
from moonshelf.work.routes import Route


@dataclass(frozen=True, slots=True)
class Claim:
    """A slice that one worker holds; results count only under its token."""

    token: str
    slice_id: int
    file_id: str
    account_id: str
    kind: Literal["read", "join"]
    first_page: int
    last_page: int | None
    route: Route
    attempts: int  # that came to no end before this one
    ticket: str | None = None  # of the token that it was claimed with, where the queue gives them out again
    expected_s: float = 0.0  # what its account was charged for
    weight: float = 1.0  # of its account's tier
    began: float = field(default_factory=time.monotonic)

    @property
    def pages(self) -> tuple[int, int] | None:
        """The first and the last to be read; None of the opening slice, as nobody has counted the file's pages yet."""
        return None if self.last_page is None else (self.first_page, self.last_page)


class ClaimLost(MoonshelfError):
    """The slice was deleted with its file, or went to another worker: the result counts for nothing."""

    code = "claim_lost"


def facts_blob(token: str) -> BlobKey:
    """Name the page facts that the holder of claim *token* writes."""
    return BlobKey(f"{token}.facts")


def document_blob(token: str) -> BlobKey:
    """Name the document that the holder of claim *token* writes."""
    return BlobKey(f"{token}.json")


def markdown_blob(token: str) -> BlobKey:
    """Name the Markdown that the holder of claim *token* writes."""
    return BlobKey(f"{token}.md")


def blobs(token: str) -> tuple[BlobKey, BlobKey, BlobKey]:
    """Name all that the holder of claim *token* may write."""
    return facts_blob(token), document_blob(token), markdown_blob(token)
