"""What reads documents."""

import tempfile
from pathlib import Path

from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.reading import Options, Reader
from moonshelf.extraction.tools import Limits
from moonshelf.settings import Settings
from moonshelf.wiring.models import weights_folder


def build_reader(settings: Settings) -> Reader:
    """Build what reads documents; it needs no data folder of ours, only one for scratch."""
    options = Options(
        limits=Limits(pages=settings.max_pages),
        speed=settings.ocr,
        mode=settings.sandbox,
        caps=Caps(memory_bytes=int(settings.reader_memory)),
        slice_pages=settings.slice_pages,
        page_s=settings.page_s,
        slice_s=settings.file_s,
        picture_s=settings.picture_s,
        idle_s=settings.ocr_idle_s,
        models=weights_folder(settings),
    )
    return Reader(scratch=Path(tempfile.gettempdir()), options=options)
