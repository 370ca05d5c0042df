"""What every blob store promises; a new one joins in ``STORES``."""

import io
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.storage import BlobExists, BlobKey, BlobStore, objects, put_pieces
from moonshelf.storage.local import LocalStore
from moonshelf.storage.objects import ObjectStore
from servers.azure import AzureServer
from servers.google import GoogleGateway
from servers.objects import ObjectServer

STORES = {"local": None, "s3": "object_server", "gs": "google_gateway", "az": "azure_server"}
"""Each store, and the server that it needs."""
KEY = BlobKey("ab12.facts")


@pytest.fixture(scope="module")
def google_gateway(object_server: ObjectServer) -> Iterator[GoogleGateway]:
    gateway = GoogleGateway(object_server).start()
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def azure_server() -> Iterator[AzureServer]:
    server = AzureServer()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    name = STORES[request.param]
    if name is None:
        (tmp_path / "blobs").mkdir()
        return LocalStore(tmp_path / "blobs")
    server: ObjectServer | GoogleGateway | AzureServer = request.getfixturevalue(name)
    return ObjectStore(server.url(tmp_path.name), scratch=tmp_path)


def _source(folder: Path, data: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(data)
    return path


def test_what_is_put_is_read_back_and_seekable(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, _source(tmp_path, b"0123456789"))
    with store.open(KEY) as blob:
        assert blob.read() == b"0123456789"
        blob.seek(-3, io.SEEK_END)
        assert blob.read() == b"789"


def test_a_missing_blob_is_a_key_error(store: BlobStore, tmp_path: Path) -> None:
    store.put(BlobKey("another"), _source(tmp_path, b"of the same store"))
    with pytest.raises(KeyError):
        store.open(KEY)


def test_a_folder_has_no_addresses(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    assert LocalStore(tmp_path / "blobs").address(KEY, for_s=300) is None


def test_an_address_is_signed_and_good_for_as_long_as_it_says(
    tmp_path: Path, object_server: ObjectServer, google_gateway: GoogleGateway, azure_server: AzureServer
) -> None:
    name, addresses = tmp_path.name, []
    signatures = {
        "X-Amz-Signature=": object_server.signed(name),
        "X-Goog-Signature=": google_gateway.url(name),
        "sig=": azure_server.url(name),
    }
    for number, (signature, url) in enumerate(signatures.items()):
        store, key = ObjectStore(url, scratch=tmp_path), BlobKey(f"ab{number}")  # two of them share one store
        store.put(key, _source(tmp_path, b"0123456789"))
        address = store.address(key, for_s=300)
        assert address is not None
        assert httpx.get(address, headers={"range": "bytes=2-4"}).content == b"234"
        assert httpx.get(_spoiled(address, signature)).status_code == 403
        addresses.append(store.address(key, for_s=1))
    time.sleep(2.1)  # seconds are counted whole
    assert [httpx.get(str(one)).status_code for one in addresses] == [403] * 3


def _spoiled(address: str, signature: str) -> str:
    """Change the first character of the signature."""
    before, _, after = address.partition(signature)
    return f"{before}{signature}{'1' if after[0] == '0' else '0'}{after[1:]}"


def test_deleting_is_repeatable(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, _source(tmp_path, b"x"))
    store.delete(KEY)
    store.delete(KEY)
    with pytest.raises(KeyError):
        store.open(KEY)
    assert list(store.keys()) == []


def test_an_open_blob_outlives_its_deletion(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, _source(tmp_path, b"still here"))
    with store.open(KEY) as blob:
        store.delete(KEY)
        assert blob.read() == b"still here"


def test_keys_lists_every_blob_once(store: BlobStore, tmp_path: Path) -> None:
    made = {BlobKey(f"{number:04x}") for number in range(0, 65536, 7000)}
    for key in made:
        store.put(key, _source(tmp_path, b"x"))
    assert sorted(store.keys()) == sorted(made)


def test_a_key_is_given_away_once(store: BlobStore, tmp_path: Path) -> None:
    for size in (4, 9 * 2**20):
        key = BlobKey(f"ab{size}")
        assert not store.has(key)
        store.put(key, _source(tmp_path, b"1" * size))
        with pytest.raises(BlobExists):
            store.put(key, _source(tmp_path, b"2" * size))
        assert store.has(key)
        with store.open(key) as blob:
            assert blob.read() == b"1" * size


def test_of_many_who_put_under_one_key_exactly_one_does(store: BlobStore, tmp_path: Path) -> None:
    def attempt(number: int) -> int | None:
        path = tmp_path / f"source{number}"
        path.write_bytes(str(number).encode())
        try:
            store.put(KEY, path)
        except BlobExists:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(attempt, range(8)) if number is not None]
    assert len(winners) == 1
    with store.open(KEY) as blob:
        assert blob.read() == str(winners[0]).encode()


def test_a_large_blob_is_streamed_both_ways(store: BlobStore, tmp_path: Path) -> None:
    size = 64 * 2**20
    source = tmp_path / "source"
    with source.open("wb") as file:
        file.truncate(size)
        file.seek(size - 3)
        file.write(b"end")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    store.put(KEY, source)
    with store.open(KEY) as blob:
        blob.seek(size - 5)
        assert blob.read() == b"\0\0end"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < 48 * 2**20, f"{grown / 2**20:.0f} MiB more"


def test_an_open_blob_has_a_descriptor_for_the_reader(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, _source(tmp_path, b"0123456789"))
    with store.open(KEY) as blob, Path(f"/proc/self/fd/{blob.fileno()}").open("rb") as again:
        assert again.read() == b"0123456789"


def test_an_object_store_that_is_gone_or_hangs_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(objects._TIMEOUTS, "timeout", timedelta(seconds=1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        options = "region=us-east-1&skip_signature=true"
        hanging = ObjectStore(f"s3://shelf/x?endpoint=http://127.0.0.1:{port}&{options}", scratch=tmp_path)
        began = time.monotonic()
        with pytest.raises(Unavailable):
            hanging.has(KEY)
        assert time.monotonic() - began < 10
    with pytest.raises(Unavailable):
        hanging.put(KEY, _source(tmp_path, b"x"))
    with pytest.raises(Unavailable):
        list(hanging.keys())


def test_a_senseless_storage_url_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"MOONSHELF_STORAGE_URL can't be used: .*endpont"):
        ObjectStore("s3://shelf/x?endpont=http://h", scratch=tmp_path)
    with pytest.raises(InvalidRequest, match=r"MOONSHELF_STORAGE_URL can't be used: .*character"):
        ObjectStore("s3://two words/x", scratch=tmp_path)


def test_pieces_that_come_to_no_end_leave_nothing(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()

    def pieces() -> Iterator[bytes]:
        yield b"some"
        raise OSError

    store = LocalStore(tmp_path / "blobs")
    with pytest.raises(OSError):  # noqa: PT011 - as it was raised
        put_pieces(store, KEY, pieces(), spool=spool)
    assert list(spool.iterdir()) == []
    assert list(store.keys()) == []


def test_pieces_that_a_disk_does_not_take_are_an_outage_and_leave_nothing(tmp_path: Path) -> None:
    store, limits = LocalStore(tmp_path / "blobs"), resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "spool").mkdir()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        for piece in (b"some", bytes(100_000)):  # one that waits in a buffer until the end, and one that does not
            with pytest.raises(Unavailable, match="Space"):
                put_pieces(store, KEY, [piece] * 1_000, spool=tmp_path / "spool")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list((tmp_path / "spool").iterdir()) == []
    assert list(store.keys()) == []


class _Bucketless(BaseHTTPRequestHandler):
    """A store without the bucket that it is asked for: nothing is found in it, and nothing can be put there."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        said = b"<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>"
        self.send_response(404)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_bucket_that_is_missing_is_an_outage_and_not_a_blob_that_is(tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(b"data")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Bucketless) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever)
        where = f"s3://gone/x?endpoint=http://127.0.0.1:{server.server_port}&region=us-east-1&skip_signature=true"
        try:
            with pytest.raises(Unavailable):
                ObjectStore(where, scratch=tmp_path).put(KEY, tmp_path / "blob")
        finally:
            server.shutdown()


@pytest.mark.parametrize("server", ["object_server", "google_gateway", "azure_server"])
def test_no_blob_is_taken_for_missing_where_its_bucket_is(
    request: pytest.FixtureRequest, server: str, tmp_path: Path
) -> None:
    there: ObjectServer | GoogleGateway | AzureServer = request.getfixturevalue(server)
    gone = ObjectStore(there.url("x").replace("://shelf/", "://gone/", 1), scratch=tmp_path)
    for attempt in (gone.open, gone.has, gone.delete):
        with pytest.raises(Unavailable, match="The object store"):
            attempt(KEY)


def test_a_blob_is_missing_for_whoever_may_not_list_its_bucket(azure_server: AzureServer, tmp_path: Path) -> None:
    store = ObjectStore(azure_server.signed(tmp_path.name, "rcwd"), scratch=tmp_path)
    store.put(KEY, _source(tmp_path, b"data"))
    store.delete(KEY)
    store.delete(KEY)
    assert not store.has(KEY)
    with pytest.raises(KeyError):
        store.open(KEY)


def test_no_blob_is_taken_for_missing_where_the_disk_of_its_folder_is(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "blobs")
    store.put(KEY, _source(tmp_path, b"data"))
    (tmp_path / "blobs").rename(tmp_path / "unmounted")
    (tmp_path / "blobs").mkdir()
    with pytest.raises(Unavailable, match="Storage"):
        store.open(KEY)
    (tmp_path / "blobs").rmdir()
    (tmp_path / "unmounted").rename(tmp_path / "blobs")
    with store.open(KEY) as blob:
        assert blob.read() == b"data"


def test_a_folder_that_nothing_can_be_fetched_into_is_an_outage(object_server: ObjectServer, tmp_path: Path) -> None:
    url = object_server.url(tmp_path.name)
    ObjectStore(url, scratch=tmp_path).put(KEY, _source(tmp_path, b"data"))
    with pytest.raises(Unavailable):
        ObjectStore(url, scratch=tmp_path / "gone").open(KEY)
