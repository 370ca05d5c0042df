"""Messages read as text."""

from io import BytesIO

from extraction.tools import TOOLS
from moonshelf.extraction.mail.messages import extract
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.tools import Tools


def read(message: str | bytes, tools: Tools = TOOLS) -> str:
    """Return the Markdown of *message*."""
    data = message.encode() if isinstance(message, str) else message
    return to_markdown(extract(BytesIO(data), tools))
