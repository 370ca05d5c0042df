"""Videos: whole for models that take them, else in pictures."""

from pathlib import Path

import openai
import pytest
from openai import OpenAI

from clients.seeing import ask, refused, shows, upload
from live import Live
from samples import sights
from servers.upstream import ScriptedUpstream


def test_a_video_is_shown_in_pictures_with_their_times_where_scenes_change(
    client: OpenAI, upstream: ScriptedUpstream
) -> None:
    scenes = [sights.RED] * 9 + [sights.GREEN, sights.BLUE, sights.WHITE]
    made = upload(client, sights.film(scenes), name="a.mp4", purpose="video")
    assert made.media == {"width": 64, "height": 48, "codec": "mpeg4", "frames": 120, "duration": 12.0}
    ask(client, "seeing", shows(f"ms://{made.id}", "video"), "What happens?")
    shown = upstream.received[-1].shown
    assert isinstance(shown[0], str)
    assert shown[0].startswith("[video 'a.mp4': 4 pictures of it, each with its time:]")
    seconds = [float(str(one)[7:-1]) for one in shown if isinstance(one, str) and one.startswith("[00:00:")]
    colours = [sights.corners(one)[0] for one in upstream.received[-1].pictures]
    # Evenly sampled, they would be at 0, 3, 6 and 9 seconds.
    assert [int(one) for one in seconds] == [0, 6, 10, 11]
    assert sights.same(colours, [sights.RED, sights.RED, sights.BLUE, sights.WHITE])


def test_a_video_goes_whole_where_the_model_takes_it_without_its_place(
    client: OpenAI, upstream: ScriptedUpstream
) -> None:
    plain = sights.film([sights.RED])
    made = upload(client, plain, name="a.mp4", purpose="video")
    ask(client, "watching", shows(f"ms://{made.id}", "video"))
    assert upstream.received[-1].shown == [plain]
    told = sights.film([sights.RED], metadata={"location": "+48.8577+002.2950/"})
    assert b"48.8577" in told
    made = upload(client, told, name="b.mp4", purpose="video")
    ask(client, "watching", {"type": "video_url", "video_url": f"ms://{made.id}"})
    (seen,) = upstream.received[-1].shown
    assert isinstance(seen, bytes)
    assert b"48.8577" not in seen
    again = upload(client, seen, name="c.mp4", purpose="video")
    assert again.media["frames"] == 10


def test_a_server_without_the_extra_shows_videos_and_says_what_it_lacks(
    tmp_path: Path, upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text('import sys\nsys.modules["av"] = None\n')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    models = {"both": "vision = true\nvideo = true", "only": "video = true"}
    live = Live(tmp_path / "data", log_level="warning", upstreams=upstream.roster(tmp_path, models), video_frames=2)
    live.start()
    upstream.forget()
    try:
        with live.openai() as client:
            film = sights.film([sights.RED, sights.BLUE], codec="libx264")
            made = upload(client, film, name="a.mp4", purpose="video")
            assert made.media == {"width": 64, "height": 48, "codec": "h264", "frames": 20, "duration": 2.0}
            ask(client, "both", shows(f"ms://{made.id}", "video"))  # whole it might tell a place
            colours = [sights.corners(one)[0] for one in upstream.received[-1].pictures]
            assert sights.same(colours, [sights.RED, sights.BLUE])
            why = refused(client, "only", shows(f"ms://{made.id}", "video"))
            assert "to send it whole without the place it may tell, install the extra moonshelf[media]" in why
            with pytest.raises(openai.BadRequestError, match=r"AV1.*install the extra moonshelf\[media\]"):
                upload(client, sights.film([sights.RED], codec="libsvtav1", size=(128, 96)), purpose="video")
    finally:
        assert live.stop() == 0
