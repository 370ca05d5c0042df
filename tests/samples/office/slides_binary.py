"""PowerPoint presentations of 1997 to 2003, built record by record."""

import struct

TITLE, BODY, OTHER = 0, 1, 4


def atom(kind: int, content: bytes, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4, kind, len(content)) + content


def container(kind: int, *children: bytes, instance: int = 0) -> bytes:
    content = b"".join(children)
    return struct.pack("<HHI", instance << 4 | 0xF, kind, len(content)) + content


def text(kind: int, words: str) -> bytes:
    return atom(0x0F9F, struct.pack("<I", kind)) + atom(0x0FA0, words.encode("utf-16-le"))


def shape(*inside: bytes, top: int = 0, left: int = 0, right: int = 0, bottom: int = 0) -> bytes:
    return container(0xF004, atom(0xF010, struct.pack("<4i", top, left, right, bottom)), container(0xF00D, *inside))


def slide(*shapes: bytes, hidden: bool = False, notes: int = 0, more: bytes = b"") -> bytes:
    about = atom(0x03EF, struct.pack("<12xIIHH", 0, notes, 0, 0))
    shown = atom(0x03F9, struct.pack("<10xHI", 4 if hidden else 0, 0))
    return container(0x03EE, about, shown, container(0x040C, container(0xF002, container(0xF003, *shapes))), more)


def listed(persist: int, identity: int, *texts: bytes) -> bytes:
    return atom(0x03F3, struct.pack("<IIIII", persist, 0, 0, identity, 0)) + b"".join(texts)


def streams(
    *slides: bytes,
    outline: tuple[bytes, ...] = (),
    notes: bytes = b"",
    store: bytes = b"",
    master: bytes = b"",
    fonts: tuple[str, ...] = (),
    token: int = 0xE391C05F,
) -> dict[str, bytes]:
    """Write the streams of a show of *slides*; the outline's texts belong to the first."""
    lists = b"".join(listed(place + 2, 256 + place, *(outline if not place else ())) for place in range(len(slides)))
    spoken = container(0x0FF0, listed(99, 900), instance=2) if notes else b""
    if master:
        spoken += container(0x0FF0, listed(98, 800), instance=1)
    size = atom(0x03E9, struct.pack("<2i32x", 5760, 4320))
    named = (atom(0x0FB7, one.encode("utf-16-le").ljust(68, b"\0"), place) for place, one in enumerate(fonts))
    environment = container(0x03F2, container(0x07D5, *named)) if fonts else b""
    document = container(0x03E8, size, environment, store, container(0x0FF0, lists), spoken)
    stream, offsets = b"", []
    for one in (document, *slides):
        offsets.append(len(stream))
        stream += one
    directory = struct.pack(f"<I{len(offsets)}I", 1 | len(offsets) << 20, *offsets)
    directory += struct.pack("<II", 99 | 1 << 20, len(stream)) if notes else b""
    stream += notes
    directory += struct.pack("<II", 98 | 1 << 20, len(stream)) if master else b""
    stream += master
    at = len(stream)
    stream += atom(0x1772, directory)
    edit = len(stream)
    stream += atom(0x0FF5, struct.pack("<IIIIIIHH", 0, 0, 0, at, 1, 100, 0, 0))
    user = atom(0x0FF6, struct.pack("<III8x", 20, token, edit))
    return {"PowerPoint Document": stream, "Current User": user}
