"""A server that shows pictures all day long does not grow."""

import json
from pathlib import Path

import numpy as np
from openai import OpenAI
from PIL import Image

from clients.seeing import data_url, shows, upload
from live import Live
from samples import sights
from servers.upstream import ScriptedUpstream

_PICTURES, _WARM, _MORE = 6, 10, 30
_MOST_GROWTH = 8 * 2**20  # of 130 MB that pass through


def _resident(pid: int) -> int:
    """Return the bytes that process *pid* occupies."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def test_memory_stays_flat_over_many_requests_with_pictures(
    client: OpenAI, seen_by: Live, upstream: ScriptedUpstream
) -> None:
    noise = np.random.default_rng(4)
    photographs = [
        sights.written(Image.fromarray(noise.integers(0, 256, (600, 800, 3), np.uint8)), "JPEG", quality=90)
        for _ in range(_PICTURES)
    ]
    parts = [shows(f"ms://{upload(client, one, name='a.jpg').id}") for one in photographs]
    parts += [shows(data_url(one, "image/jpeg")) for one in photographs[:2]]
    body = json.dumps({"model": "watching", "messages": [{"role": "user", "content": parts}]})
    resident, sent = [], 0
    with seen_by.http(client.api_key) as http:
        for more in (_WARM, _MORE):
            for _ in range(more):
                http.post("/chat/completions", content=body).raise_for_status()
                sent = len(upstream.received[-1].body)
                upstream.forget()
            resident.append(_resident(seen_by.pid))
    assert _MORE * sent > 12 * _MOST_GROWTH
    assert resident[1] - resident[0] < _MOST_GROWTH, resident
