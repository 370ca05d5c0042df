"""Small parts whose tags are found in their text, and those of which only a parser can tell what they say."""

import pytest

from moonshelf.extraction.office.tags import attributes, grammar, is_plain, is_readable, refers, root_tag

_PLAIN = b'<?xml version="1.0" encoding="UTF-8"?>\n<x:a xmlns:x="urn:x"><x:b c="&lt;"/></x:a>\r\n'


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        _PLAIN[:-4],
        _PLAIN.replace(b"<x:b", b"<!-- <x:b> --><x:b"),
        _PLAIN.replace(b"UTF-8", b"UTF-16"),
    ],
)
def test_tags_of_a_part_are_what_they_seem_unless_something_is_odd(odd: bytes) -> None:
    assert is_plain(_PLAIN)
    assert is_readable(_PLAIN)
    assert not is_plain(odd)


@pytest.mark.parametrize("before", [b"<!-- a > b -->\n", b"<!-- ?> -->"])
@pytest.mark.parametrize("name", [b"<x:a xmlns", b"<x:a y='%s' xmlns" % (b"z" * 10_000)])
def test_a_root_is_found_behind_comments_and_however_long_its_tag_is(before: bytes, name: bytes) -> None:
    content = _PLAIN.replace(b"<x:a xmlns", before + name)
    found = root_tag(content)
    assert found is not None
    assert found[1] == b"x:a"
    assert found[2].endswith(b' xmlns:x="urn:x"')


@pytest.mark.parametrize("letter", [b"&#233;", b"&#xE9;", b"&name;"])
def test_letters_that_are_told_by_their_numbers_are_left_to_a_parser(letter: bytes) -> None:
    assert not refers(_PLAIN)
    assert refers(_PLAIN.replace(b"&lt;", letter))


@pytest.mark.parametrize("prefix", ["", "x:", "x.y:"])
def test_elements_are_found_by_the_prefix_that_a_part_gives_them(prefix: str) -> None:
    text = f"<{prefix}a><{prefix}ab c='0'/><{prefix}b c='1'/><{prefix}b/><v:b c='2'/></{prefix}a>"
    assert grammar(r"<x:b(?=[\s/>])([^<]*)", prefix).findall(text) == [" c='1'/>", "/>"]


def test_attributes_are_read_with_either_quotes_and_what_they_refer_to() -> None:
    assert attributes(' a="1 &gt; 0 &amp;lt;" b:c = \'"\'/>') == {"a": "1 > 0 &lt;", "b:c": '"'}
