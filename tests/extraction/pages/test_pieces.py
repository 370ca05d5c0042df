"""Lines are cut where columns may stand beside each other, and end at their ink."""

import numpy as np
import pytest

from moonshelf.extraction.pages.recognition import pieces
from moonshelf.extraction.pages.recognition.transcripts import Transcript


def _cut(*words: tuple[str, int, int], width: int = 600) -> list[tuple[str, int, int]]:
    """Cut a line of words whose ink begins and ends at pixels; give the pieces in the same way."""
    picture = np.full((40, width, 3), 255, np.uint8)
    letters: list[str] = []
    places: list[float] = []
    for word, left, right in words:
        step = (right - left) / len(word)
        for index, letter in enumerate(word):
            picture[8:32, round(left + index * step) : round(left + (index + 1) * step) - 1] = 0
            letters.append(letter)
            places.append((left + (index + 0.5) * step) / width)
        letters.append(" ")
        places.append((right + 4) / width)
    transcript = Transcript(tuple(letters[:-1]), (0.9,) * (len(letters) - 1), tuple(places[:-1]))
    found = pieces.cut(transcript, picture)
    return [("".join(one.transcript.letters), round(one.left * width), round(one.right * width) + 1) for one in found]


def test_words_as_near_as_words_stay_together() -> None:
    assert _cut(("Version", 20, 160), ("Date", 172, 260)) == [("Version Date", 20, 260)]


def test_words_a_letter_apart_are_pieces_and_end_at_their_ink() -> None:
    assert _cut(("Version", 20, 160), ("Date", 190, 260)) == [("Version", 20, 160), ("Date", 190, 260)]


def test_the_words_of_a_justified_line_stay_together() -> None:
    words = [("words", 20, 100), ("set", 128, 170), ("far", 199, 240), ("apart", 268, 350)]
    assert _cut(*words) == [("words set far apart", 20, 350)]
    assert len(_cut(*words, ("beside", 420, 560))) == 2


@pytest.mark.parametrize("shade", [0, 255])
def test_what_nothing_was_read_in_stays_whole(shade: int) -> None:
    (piece,) = pieces.cut(Transcript((), (), ()), np.full((40, 300, 3), shade, np.uint8))
    assert (piece.left, piece.right, piece.transcript.letters) == (0.0, 1.0, ())


def test_a_last_letter_that_was_read_beyond_the_edge_is_kept() -> None:
    picture = np.full((40, 400, 3), 255, np.uint8)
    picture[8:32, 20:60] = picture[8:32, 350:400] = 0
    first, second = pieces.cut(Transcript(("a", "b", "."), (0.9, 0.8, 0.7), (0.1, 0.95, 1.01)), picture)
    assert (first.transcript.letters, second.transcript.letters) == (("a",), ("b", "."))
    assert second.transcript.places[1] < 1


def test_letters_of_pieces_keep_their_places() -> None:
    transcript = Transcript(("a", "b"), (0.9, 0.8), (0.1, 0.75))
    picture = np.full((40, 400, 3), 255, np.uint8)
    picture[8:32, 20:60] = picture[8:32, 280:320] = 0
    first, second = pieces.cut(transcript, picture)
    assert first.transcript.places == pytest.approx((40 / 169,), abs=0.01)
    assert second.transcript.places == pytest.approx(((300 - 170) / 230,), abs=0.01)
    assert second.transcript.confidences == (0.8,)
    assert first.picture.shape[1] + second.picture.shape[1] == 400
