"""What an installation lacks or is busy with: told to whoever runs it, with what to do."""

from collections.abc import Sequence
from pathlib import Path

from moonshelf.errors import MoonshelfError, Unavailable


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
