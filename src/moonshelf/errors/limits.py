"""What is said where there is no more room: of an account, of a caller for a while, of the server now."""

import math

from moonshelf.errors import RequestError

_WORTH_WAITING_S = 60.0
"""Clients that are told to wait for longer than a minute come back much sooner, and spend their attempts in vain."""


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
