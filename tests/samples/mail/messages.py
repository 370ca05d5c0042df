"""Messages as programs send them, part by part."""

HEAD = "From: A <a@x.org>\r\nTo: b@x.org\r\nSubject: Hello\r\n"


def multipart(kind: str, *parts: str) -> str:
    """Write several parts as one, with a boundary that no other has."""
    line = f"={kind}-{sum(map(len, parts))}="
    return f'Content-Type: multipart/{kind}; boundary="{line}"\r\n\r\n' + "".join(
        f"--{line}\r\n{part}\r\n" for part in parts
    ) + f"--{line}--\r\n"  # fmt: skip


def part(kind: str, text: str, *more: str) -> str:
    return "\r\n".join([f"Content-Type: {kind}; charset=utf-8", *more, "", text])
