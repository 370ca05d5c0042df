"""Callers who leave while something is made for them: all is freed at once, and nothing is lost."""

import contextlib
import http.client
import json
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from openai import OpenAI
from PIL import Image, ImageDraw, ImageFont

from clients.seeing import ask, data_url, shows, upload
from live import Live
from patience import until
from samples import sights
from servers.upstream import ScriptedUpstream


def _book() -> bytes:
    """Draw sixteen pages of many lines: seconds of reading each."""
    page = Image.new("RGB", (1000, 800), "white")
    for line in range(25):
        ImageDraw.Draw(page).text((30, 30 + 31 * line), f"Platform {line} " * 5, "black", ImageFont.load_default(20))
    return sights.written(page, "TIFF", save_all=True, append_images=[page] * 15, compression="tiff_lzw")


def _children(pid: int) -> set[int]:
    """Name the processes that *pid* started, whichever of its threads did."""
    found: set[int] = set()
    with contextlib.suppress(OSError):  # ended just now
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found |= {int(one) for one in (thread / "children").read_text("ascii").split()}
    return found


def _readers(server: int) -> set[int]:
    """Name the children of its fork servers, which look at files."""
    return set().union(*map(_children, _children(server)))


def _open(pid: int) -> int:
    """Count the descriptors of *pid*."""
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 counted


def _unfinished(seen_by: Live) -> int:
    with closing(sqlite3.connect(seen_by.data / "moonshelf.sqlite")) as database:
        return int(database.execute("SELECT count(*) FROM renditions WHERE NOT ready").fetchone()[0])


def test_whoever_leaves_while_an_image_is_read_frees_all_of_it(
    client: OpenAI, seen_by: Live, upstream: ScriptedUpstream
) -> None:
    file = upload(client, _book(), name="book.tiff")
    ask(client, "blind", shows(data_url(sights.sign("warm"))))  # what stays is there: the recogniser, the fork server
    upstream.forget()
    part, server = shows(f"ms://{file.id}"), seen_by.pid
    before, descriptors = _readers(server), _open(server)  # one of which waits for work
    leaving = http.client.HTTPConnection("127.0.0.1", seen_by.port)
    body = {"model": "blind", "messages": [{"role": "user", "content": [part]}]}
    leaving.request("POST", "/v1/chat/completions", json.dumps(body), {"authorization": f"Bearer {client.api_key}"})
    until(lambda: not _readers(server) <= before)  # it looks, and another waits
    time.sleep(0.3)  # so that it is in the middle of it
    assert upstream.received == []
    leaving.close()
    until(lambda: len(_readers(server)) <= len(before))
    until(lambda: _open(server) <= descriptors)
    assert (_unfinished(seen_by), seen_by.spooled(), upstream.received) == (0, [], [])
    ask(client, "seeing", part)  # the file is there for whoever waits
    assert len(upstream.received) == 1
