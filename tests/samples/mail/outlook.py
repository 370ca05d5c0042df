"""Outlook items, built property by property."""

import struct

from samples.compound_files import Tree

TO, CC = 1, 2
NOON = 129_067_776_000_000_000  # 1 January 2010, in ticks since 1601


def item(header: int, texts: dict[int, str], fixed: dict[int, tuple[int, int]] | None = None, **below: Tree) -> Tree:
    """Write a message (with a header of 32 bytes), recipient or attachment."""
    rows = b"".join(struct.pack("<HHIQ", kind, name, 6, value) for name, (kind, value) in (fixed or {}).items())
    strings = {f"__substg1.0_{name:04X}001F": text.encode("utf-16-le") for name, text in texts.items()}
    return {"__properties_version1.0": bytes(header) + rows, **strings, **below}


def person(name: str, address: str, role: int) -> Tree:
    return item(8, {0x3001: name, 0x39FE: address}, {0x0C15: (3, role)})


MAIL: Tree = {
    **item(
        32,
        {0x0037: "Hello", 0x1000: "The words", 0x0C1A: "Ann", 0x0C1F: "/O=EX/CN=ANN", 0x5D01: "ann@x.org"},
        {0x0039: (0x40, NOON)},
    ),
    "__recip_version1.0_#00000000": person("Bob", "bob@x.org", TO),
    "__recip_version1.0_#00000001": person("c@x.org", "c@x.org", CC),
    "__attach_version1.0_#00000000": {
        **item(8, {0x3707: "notes.txt"}),
        "__substg1.0_37010102": b"notes",
    },
    "__attach_version1.0_#00000001": {
        **item(8, {0x3001: "inner"}),
        "__substg1.0_3701000D": item(24, {0x0037: "Inner", 0x1000: "inner words"}),
    },
}
