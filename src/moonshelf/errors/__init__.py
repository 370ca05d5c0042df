"""What can go wrong, as one closed tree.

    MoonshelfError
    ├── RequestError              the caller can mend it: ``requests`` and ``limits`` have the leaves
    │   ├── InvalidRequest        FileTooLarge, PartTooLarge, EmptyFile, InvalidPurpose, CallerLeft
    │   ├── NotFound              NoSuchFile, NoSuchUpload, NoSuchModel
    │   ├── InvalidKey            MissingKey
    │   ├── NotAllowed
    │   ├── QuotaExceeded         TooManyFiles, TooManyBytes
    │   ├── BodyTimeout
    │   ├── RateLimited           TooManyRequests, TooManyAtOnce, TooManyTokens, TooManyUploadBytes
    │   ├── Overloaded            the server is busy, for nobody's fault
    │   └── NotReady
    ├── ExtractionError           the document is at fault
    │   ├── UnsupportedFormat, CorruptDocument, EncryptedDocument
    │   ├── NothingToRead         no text in it at all
    │   ├── LimitReached          too deep, too large, too slow
    │   └── GivenUp               whoever read it came to an end, again and again
    └── Unavailable               something we stand on is down; worth a retry: ``installation`` has the leaves
        ├── BlobLost              the storage lacks what the books name
        ├── NoDatabase            when a command starts
        ├── NoLocalModel          the embedded model lacks something; a retry is no help
        ├── FolderInUse, MachinesRunning    stop them first
        └── NotInstalled          a setting needs an extra of this package; a retry is no help

Facts go in, one sentence for the caller comes out. Status codes are not here: ``http.problems`` has them all.
"""

from typing import ClassVar


class MoonshelfError(Exception):
    """Any failure we foresee; ``str(error)`` is a sentence the caller may read."""

    code: ClassVar[str]
    retryable: bool = False
    param: str | None = None


class RequestError(MoonshelfError):
    """The caller can mend it."""

    code = "invalid_request"


class InvalidRequest(RequestError):
    """The request makes no sense as it is."""


class NotFound(RequestError):
    """There is nothing of that name, or nothing that this caller may see."""

    code = "not_found"


class InvalidKey(RequestError):
    """A key that is unknown, revoked or expired."""

    code = "incorrect_api_key"

    def __init__(self) -> None:
        super().__init__("Incorrect API key provided")


class NotAllowed(RequestError):
    """Who is calling may not do this: a key without the scope, a member in an admin's place."""

    code = "permission_denied"


class ExtractionError(MoonshelfError):
    """The document is at fault; the sentence says how and what to do."""

    code = "extraction_failed"


class UnsupportedFormat(ExtractionError):
    """We know no reader for it."""

    code = "unsupported_format"

    def __init__(self, *, media_type: str, remedy: str = "convert it to PDF, Office, HTML or plain text") -> None:
        super().__init__(f"files of type {media_type} cannot be read; {remedy}")


class CorruptDocument(ExtractionError):
    """Broken beyond what the readers mend."""

    code = "corrupt_document"

    def __init__(self, what: str) -> None:
        super().__init__(f"the file is damaged: {what}; save it again in its own application and re-upload it")


class EncryptedDocument(ExtractionError):
    """It asks for a password that we do not have."""

    code = "encrypted_document"

    def __init__(self) -> None:
        super().__init__("the file is protected by a password; remove the protection and re-upload it")


class NothingToRead(ExtractionError):
    """Kimi says 没有解析出内容 here (wire.md 2.7)."""

    code = "nothing_to_read"

    def __init__(self) -> None:
        super().__init__("没有解析出内容 (nothing was parsed): the file has no readable text")


class LimitReached(ExtractionError):
    """A bound that keeps one file from harming others."""

    code = "limit_reached"

    def __init__(self, what: str) -> None:
        super().__init__(f"the file is too large to read: {what}; split it and upload the parts")


class GivenUp(ExtractionError):
    """No reader came to an end with it, by no bound that we know of."""

    code = "given_up"

    def __init__(self, *, attempts: int, how: str = "") -> None:
        super().__init__(
            f"reading the file was interrupted {attempts} times{how} and is not tried again; "
            "re-upload it later, or in another format"
        )


class Unavailable(MoonshelfError):
    """Something we stand on is down: the disk, the database, the object store, a model server."""

    code = "unavailable"
    retryable = True

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not available at the moment, please try again later")


class BlobLost(Unavailable):
    """The storage lacks bytes that belong to a file; whoever keeps it may bring them back."""

    code = "blob_lost"

    def __init__(self) -> None:
        super().__init__("What is stored of this file")
