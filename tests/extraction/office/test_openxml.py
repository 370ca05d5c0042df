"""Parts of Office files, parsed."""

import pytest

from moonshelf.extraction.office.openxml import parse


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_reference_that_nothing_declares_is_no_element(encoding: str) -> None:
    root, faulty = parse("<a>x &odd; y<b>1&odd;</b>&odd;z</a>".encode(encoding))
    assert root is not None
    assert faulty
    assert [one.tag for one in root] == ["b"]
    assert "".join(map(str, root.itertext())) == "x  y1z"


def test_a_reference_that_a_file_elsewhere_may_declare_is_no_element() -> None:
    root, faulty = parse(b'<!DOCTYPE a SYSTEM "a.dtd"><a>x &odd;<b/></a>')
    assert root is not None
    assert not faulty
    assert [one.tag for one in root] == ["b"]
