"""Files chosen for a question: texts that go before it, images and videos that are shown beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from moonshelf.shelf.files import FILE_EXTRACT, File

Part = Mapping[str, Any]  # of a message: OpenAI's open-ended JSON


@dataclass(frozen=True, slots=True)
class Chosen:
    """Ids, in the order of choice: of *texts*, and of what is *shown*, each with its purpose."""

    texts: Sequence[str] = ()
    shown: Sequence[tuple[str, str]] = ()

    @classmethod
    def among(cls, files: Mapping[str, File], ids: Sequence[str]) -> Self:
        """Sort *ids* by the purposes of *files*; one that is not among them stays, for whoever fetches it to refuse."""
        purposes = [(one, files[one].purpose if one in files else FILE_EXTRACT) for one in ids]
        return cls(
            texts=[one for one, purpose in purposes if purpose == FILE_EXTRACT],
            shown=[(one, purpose) for one, purpose in purposes if purpose != FILE_EXTRACT],
        )

    def beside(self, question: str) -> str | Sequence[Part]:
        """Compose the content of the message that asks *question*."""
        if not self.shown:
            return question
        parts = [{"type": f"{kind}_url", f"{kind}_url": {"url": f"ms://{one}"}} for one, kind in self.shown]
        return [*parts, {"type": "text", "text": question}]
