"""What can go wrong, as one closed tree.

    MoonshelfError
    ├── RequestError              the caller can mend it
    │   ├── InvalidRequest        FileTooLarge, PartTooLarge, EmptyFile, InvalidPurpose, CallerLeft
    │   ├── NotFound              NoSuchFile, NoSuchUpload, NoSuchModel, NoSuchRoute
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
    │   └── GivenUp               whoever read it died, again and again
    └── Unavailable               something we stand on is down; worth a retry
        ├── NoLocalModel          the embedded model lacks something; a retry is no help
        ├── FolderInUse, MachinesRunning    stop them first
        └── NotInstalled          a setting needs an extra of this package; a retry is no help

Facts go in, one sentence for the caller comes out. Status codes are not here: ``http.problems`` has them all.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

_WORTH_WAITING_S = 60.0
"""Clients that are told to wait for longer than a minute come back much sooner, and spend their attempts in vain."""


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


class CallerLeft(InvalidRequest):
    """The connection ended before the answer: nobody reads this but the log."""

    def __init__(self) -> None:
        super().__init__("Invalid request: the connection ended before the answer")


class FileTooLarge(InvalidRequest):
    """It has more bytes than a file may have; Kimi answers 400, never 413 (wire.md 2.7)."""

    code = "file_too_large"
    param = "file"

    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"File size is too large, max file size is {limit / 2**20:.4g}MB, please confirm and re-upload the file"
        )


class PartTooLarge(InvalidRequest):
    """One part of a file that comes in parts."""

    code = "part_too_large"
    param = "data"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"Part size is too large, max part size is {limit / 2**20:.4g}MB, please send smaller parts")


class EmptyFile(InvalidRequest):
    """It has no bytes (wire.md 2.7)."""

    code = "empty_file"
    param = "file"

    def __init__(self) -> None:
        super().__init__("File size is zero, please confirm and re-upload the file")


class InvalidPurpose(InvalidRequest):
    """There is no such purpose, in Kimi's words of September 2026 (wire.md 2.7)."""

    code = "invalid_purpose"
    param = "purpose"

    def __init__(self, purpose: str, *, accepted: tuple[str, ...]) -> None:
        names = ", ".join(accepted[:-1])
        super().__init__(f"Invalid purpose: {purpose[:64]}, only {names} and {accepted[-1]} accepted")


class NotFound(RequestError):
    """There is nothing of that name, or nothing that this caller may see."""

    code = "not_found"


class NoSuchFile(NotFound):
    """Also said of a file that belongs to somebody else."""

    code = "file_not_found"
    param = "id"

    def __init__(self, file_id: str) -> None:
        super().__init__(f"No such File object: {file_id[:64]}")


class NoSuchUpload(NotFound):
    """Also said of one that belongs to somebody else, and of one that is long over."""

    code = "upload_not_found"
    param = "id"

    def __init__(self, upload_id: str) -> None:
        super().__init__(f"No such Upload object: {upload_id[:64]}")


class NoSuchModel(NotFound):
    """No model server offers it (wire.md 3)."""

    code = "model_not_found"
    param = "model"

    def __init__(self, model: str) -> None:
        super().__init__(
            f"Model not found, or this account does not have permission to access the model: {model[:64]!r}"
        )


class InvalidKey(RequestError):
    """A key that is unknown, revoked or expired."""

    code = "incorrect_api_key"

    def __init__(self) -> None:
        super().__init__("Incorrect API key provided")


class MissingKey(InvalidKey):
    """No bearer key at all."""

    code = "invalid_authentication"

    def __init__(self) -> None:
        RequestError.__init__(self, "Invalid Authentication")


class NotAllowed(RequestError):
    """Who is calling may not do this: a key without the scope, a member in an admin's place."""

    code = "permission_denied"


class QuotaExceeded(RequestError):
    """The account is full."""

    code = "quota_exceeded"


class TooManyFiles(QuotaExceeded):
    """The account holds as many files as it may (wire.md 2.7)."""

    code = "too_many_files"

    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"The number of files you have uploaded exceeded the max file count {limit}, "
            "please delete previous uploaded files"
        )


class TooManyBytes(QuotaExceeded):
    """The files of the account hold as many bytes as they may together (wire.md 2.7)."""

    code = "too_many_bytes"

    def __init__(self) -> None:
        super().__init__(
            "The size of files you have uploaded exceeded the max file size, please delete previous uploaded files"
        )


class BodyTimeout(RequestError):
    """The client stopped sending in the middle, or hardly sends."""

    code = "body_timeout"
    retryable = True

    def __init__(self, *, seconds: float, pace: int) -> None:
        super().__init__(
            f"The request's body did not come for {seconds:g} seconds, or at less than {pace} bytes a second; "
            "please send it again"
        )


class RateLimited(RequestError):
    """A limit of the account or the key. ``wait_s``: seconds until it would pass; infinite if it never can."""

    code = "rate_limit_reached"

    def __init__(self, caller: str, reached: str, *, wait_s: float) -> None:
        super().__init__(f"Your account {caller} request reached {reached}")
        self.wait_s = wait_s
        self.retryable = wait_s <= _WORTH_WAITING_S


class TooManyRequests(RateLimited):
    """Requests a minute (wire.md 3); the seconds are the true ones."""

    def __init__(self, caller: str, *, limit: int, wait_s: float) -> None:
        seconds = max(1, math.ceil(wait_s))
        reached = f"organization max RPM: {limit}, please try again after {seconds} seconds"
        super().__init__(caller, reached, wait_s=wait_s)


class TooManyAtOnce(RateLimited):
    """Requests at a time (wire.md 3); nobody knows when a place will be free, so it is a second as Kimi says."""

    def __init__(self, caller: str, *, limit: int) -> None:
        reached = f"max organization concurrency: {limit}, please try again after 1 seconds"
        super().__init__(caller, reached, wait_s=1.0)


class TooManyTokens(RateLimited):
    """Tokens in a minute (TPM) or a day (TPD), the request's own estimate included (wire.md 3)."""

    def __init__(self, caller: str, *, per: str, current: int, limit: int, wait_s: float) -> None:
        short = {"minute": "TPM", "day": "TPD"}[per]
        numbers = {"minute": f"current:{current}, limit:{limit}", "day": f"current: {current}, limit: {limit}"}[per]
        super().__init__(caller, f"{short} rate limit, {numbers}", wait_s=wait_s)


class TooManyUploadBytes(RateLimited):
    """Bytes uploaded in a minute; ours, for Kimi has no such limit."""

    def __init__(self, caller: str, *, limit: int, wait_s: float) -> None:
        wait = "the file is larger" if math.isinf(wait_s) else f"please try again after {math.ceil(wait_s)} seconds"
        super().__init__(caller, f"max upload bytes per minute: {limit}, {wait}", wait_s=wait_s)


class Overloaded(RequestError):
    """There is no room now, for nobody's fault; wire.md 3. ``wait_s``: seconds until there should be."""

    code = "engine_overloaded"
    retryable = True

    def __init__(self, *, wait_s: float) -> None:
        super().__init__("The engine is currently overloaded, please try again later")
        self.wait_s = wait_s


class NotReady(RequestError):
    """The file is still being read; asking again will help."""

    code = "not_ready"
    retryable = True

    def __init__(self, *, pages_done: int, pages_total: int | None, waiting: bool) -> None:
        done = (
            f" ({pages_done} of {pages_total} pages)" if pages_total else " (waiting for a worker)" if waiting else ""
        )
        super().__init__(f"The file is still being read{done}; please call again in a few seconds")


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
    """No reader came to an end with it, and we do not know why."""

    code = "given_up"

    def __init__(self, *, attempts: int) -> None:
        super().__init__(
            f"reading the file was interrupted {attempts} times and is not tried again; "
            "convert it to PDF and re-upload it"
        )


class Unavailable(MoonshelfError):
    """Something we stand on is down: the disk, the database, the object store, a model server."""

    code = "unavailable"
    retryable = True

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not available at the moment, please try again later")


class NoDatabase(Unavailable):
    """The database cannot be opened when a command starts; *why* is the driver's own word for it, *remedy* ours."""

    code = "no_database"

    def __init__(self, where: str, *, why: str, remedy: str) -> None:
        MoonshelfError.__init__(self, f"{where} cannot be used: {why}; {remedy}.")


class FolderInUse(Unavailable):
    """A data folder has one server."""

    code = "folder_in_use"
    retryable = False

    def __init__(self, folder: Path) -> None:
        reason = f"The data folder {folder} is in use by another server"
        MoonshelfError.__init__(self, f"{reason}; stop that one, or choose another folder with --data.")


class MachinesRunning(Unavailable):
    """A step back would take from under them what they work on."""

    code = "machines_running"
    retryable = False

    def __init__(self, hosts: Sequence[str]) -> None:
        MoonshelfError.__init__(
            self, f"Servers or workers of this release are running on {', '.join(hosts)}; stop them, then go back."
        )


class NoLocalModel(Unavailable):
    """The embedded model lacks its library, its weights or a fit processor; the sentence says what to do."""

    code = "no_local_model"
    retryable = False

    def __init__(self, why: str) -> None:
        MoonshelfError.__init__(self, why)


class NotInstalled(Unavailable):
    """A setting asks for libraries that come with an extra."""

    code = "not_installed"
    retryable = False

    def __init__(self, setting: str, *, extra: str) -> None:
        how = f"in Moonshelf's folder run 'make extras EXTRAS={extra}', or pip install '.[{extra}]'"
        MoonshelfError.__init__(self, f"{setting} needs the extra {extra!r}: {how}.")
