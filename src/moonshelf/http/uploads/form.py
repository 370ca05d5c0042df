"""A multipart form that is parsed as it arrives: the file's bytes go on at once, the small fields are kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header

from moonshelf.errors import InvalidRequest

_LONGEST_FIELD = 16 * 1024
_MOST_PARTS = 32
_EXTENDED = re.compile(rb";\s*filename\*=\"?[\w-]+'[^']*'([^\s;\"]+)", re.IGNORECASE)  # RFC 5987


@dataclass
class Form:
    """Push parser of one ``multipart/form-data`` body with one part that brings a file, in any order (wire.md 7)."""

    boundary: bytes
    brings: str = "file"  # the name of that part
    fields: dict[str, str] = field(default_factory=dict)
    filename: str | None = None  # raw, as the client encoded it; None until the file part begins
    ended: bool = False

    def __post_init__(self) -> None:
        self._name = ""
        self._parts = 0
        self._value = bytearray()
        self._header = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._chunks: list[bytes] = []
        self._in_file = False
        self._delimiter = b"\r\n--" + self.boundary
        self._held = b""  # of the file, and not yet shown to the parser
        self._parser = MultipartParser(
            self.boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Parse *chunk* and yield the bytes of the file in it. Raises ``InvalidRequest``."""
        if self._amid_file():
            chunk = self._held + chunk
            at = chunk.find(self._delimiter)
            if at < 0:
                yield from self._let_through(chunk)
                return
            self._held = b""
            yield chunk[:at]
            chunk = chunk[at:]
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidRequest(f"Invalid request: the multipart body is broken: {error}") from None
        chunks, self._chunks = self._chunks, []
        yield from chunks

    def _amid_file(self) -> bool:
        """Tell whether the parser would only look for the next boundary: bytes do that fifty times faster."""
        return self._in_file and self._parser.state == MultipartState.PART_DATA and not self._parser.index

    def _let_through(self, chunk: bytes) -> Iterator[bytes]:
        """Yield *chunk* but for what may be the beginning of a boundary at its end."""
        at = chunk.find(b"\r", max(0, len(chunk) - len(self._delimiter) + 1))
        self._held = chunk[at:] if at >= 0 else b""
        yield chunk[:at] if at >= 0 else chunk

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise InvalidRequest(f"Invalid request: the form has more than {_MOST_PARTS} parts")
        self._headers = {}
        self._value = bytearray()

    def _header_end(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        self._name = _decode(options.get(b"name", b""))
        filename = _extended(disposition) or options.get(b"filename")
        self._in_file = self._name == self.brings and filename is not None
        if self._in_file:
            if self.filename is not None:
                raise InvalidRequest("Invalid request: the form has more than one file; upload them one by one")
            self.filename = _decode(filename or b"")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._chunks.append(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > _LONGEST_FIELD:
            raise InvalidRequest(f"Invalid request: the field {self._name[:64]!r} is too long")

    def _end(self) -> None:
        if not self._in_file:
            self.fields[self._name] = _decode(bytes(self._value))
        self._in_file = False

    def _finish(self) -> None:
        self.ended = True


def open_form(content_type: str, *, brings: str = "file") -> Form:
    """Start parsing the body of *content_type*, whose part *brings* is a file. Raises ``InvalidRequest``."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise InvalidRequest(f"Invalid request: send multipart/form-data with a part {brings!r}")
    try:
        return Form(boundary, brings)
    except FormParserError as error:
        raise InvalidRequest(f"Invalid request: the multipart body is broken: {error}") from None


def _extended(disposition: bytes) -> bytes | None:
    """Return the name that .NET writes, against RFC 7578, beside one in a mail's encoding that nobody else reads."""
    found = _EXTENDED.search(disposition)
    return unquote_to_bytes(found[1]) if found else None


def _decode(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # what clients older than UTF-8 headers send
