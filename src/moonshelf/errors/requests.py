"""What is wrong with a request, so that its caller can mend it."""

from moonshelf.errors import InvalidKey, InvalidRequest, NotFound, RequestError


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


class MissingKey(InvalidKey):
    """No bearer key at all."""

    code = "invalid_authentication"

    def __init__(self) -> None:
        RequestError.__init__(self, "Invalid Authentication")


class BodyTimeout(RequestError):
    """The client stopped sending in the middle, or hardly sends."""

    code = "body_timeout"
    retryable = True

    def __init__(self, *, seconds: float, pace: int) -> None:
        super().__init__(
            f"The request's body did not come for {seconds:g} seconds, or at less than {pace} bytes a second; "
            "please send it again"
        )


class BeingCompleted(RequestError):
    """Another request took the upload over; asking again tells what became of it."""

    code = "being_completed"
    param = "id"
    retryable = True

    def __init__(self, upload_id: str) -> None:
        super().__init__(f"{upload_id} is being completed by another request; please call again in a moment")


class NotReady(RequestError):
    """The file is still being read; asking again will help."""

    code = "not_ready"
    retryable = True

    def __init__(self, *, pages_done: int, pages_total: int | None, waiting: bool) -> None:
        done = (
            f" ({pages_done} of {pages_total} pages)" if pages_total else " (waiting for a worker)" if waiting else ""
        )
        super().__init__(f"The file is still being read{done}; please call again in a few seconds")
