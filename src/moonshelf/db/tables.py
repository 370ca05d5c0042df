"""The tables, as the migrations make them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in a column of type INTEGER

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),  # admin | member
    Column("files", Integer, nullable=False, server_default="0"),  # held or reserved
    Column("bytes", BigInteger, nullable=False, server_default="0"),  # held or reserved
    Column("served", Float, nullable=False, server_default="0"),  # virtual time up to which its slices were served
    Column("tier", Text),  # name of its set of limits; null: the one that settings name
    Column("created_at", BigInteger, nullable=False),
    Column("password", Text),  # argon2's own string; null for whoever uses keys alone
    Column("max_files", Integer),  # null: as the settings say
    Column("max_bytes", BigInteger),  # null: as the settings say
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("hash", Text, nullable=False, unique=True),  # sha256; a key has 256 bits of its own, so no salt
    Column("hint", Text, nullable=False),  # enough of the key to know it again
    Column("name", Text, nullable=False),
    Column("tier", Text),  # a set of limits of its own, beside its account's
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("scopes", Text, nullable=False, server_default="read write chat"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("blob", Text, nullable=False),  # named before its bytes exist, so somebody always knows them
    Column("bytes", BigInteger, nullable=False),  # reserved; 0 where the length was not announced
    Column("lease_until", Float, nullable=False),
)

multipart_uploads = Table(
    "multipart_uploads",
    metadata,
    Column("id", Text, primary_key=True),  # also of its lease in uploads, which is there until it ends
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("filename", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),  # announced, and reserved by the lease
    Column("include", Text, nullable=False),
    Column("expires_in", BigInteger),  # seconds that its file is kept; null: for good
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),  # of the upload itself
    Column("file_id", Text),  # which it became; that one may have been deleted since
)

upload_parts = Table(
    "upload_parts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("upload_id", Text, nullable=False),  # of a lease; where that has ended, the part goes too
    Column("blob", Text, nullable=False),  # named before its bytes exist, so somebody always knows them
    Column("bytes", BigInteger),  # null until all are there
    Column("sha256", Text),
    Column("given", BigInteger, nullable=False, server_default="1"),  # how often its id was: see shelf.parts
    Column("created_at", BigInteger, nullable=False),
    Index("upload_parts_upload", "upload_id"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),  # also the claim that wrote its blobs, and so their names
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("revision", Text, nullable=False),  # engines and options
    Column("title", Text, nullable=False),
    Column("degraded", Boolean, nullable=False),
)
Index(
    "documents_reusable",
    *(documents.c.account_id, documents.c.sha256, documents.c.media_type, documents.c.revision),
    unique=True,
    sqlite_where=text("NOT degraded"),
    postgresql_where=text("NOT degraded"),
)

files = Table(
    "files",
    metadata,
    Column("id", Text, primary_key=True),  # in the order of time
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("filename", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("blob", Text, nullable=False),
    Column("status", Text, nullable=False),  # created | ok | error
    Column("status_details", Text, nullable=False, server_default=""),
    Column("pages", Integer),
    Column("document_id", Text, ForeignKey("documents.id")),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("include", Text, nullable=False, server_default=""),  # what is read besides: formulas, hidden
    Column("media", Text),  # what an image or a video measures, as JSON
    UniqueConstraint("account_id", "filename"),
    Index("files_document", "document_id"),
    Index("files_expiry", "expires_at"),
    Index("files_list", "account_id", "id"),
)

renditions = Table(
    "renditions",
    metadata,
    Column("blob", Text, primary_key=True),  # named before its bytes exist, so somebody always knows them
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("sha256", Text, nullable=False),  # of the file it was made of
    Column("wanted", Text, nullable=False),  # digest of what was wanted, and of who made it
    Column("ready", Boolean, nullable=False),
    Index("renditions_source", "account_id", "sha256"),
)

slices = Table(
    "slices",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("file_id", Text, ForeignKey("files.id"), nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("kind", Text, nullable=False),  # read | join
    Column("state", Text, nullable=False),  # waiting | claimed | done
    Column("first_page", Integer, nullable=False),
    Column("last_page", Integer),  # null for the opening slice: nobody has counted yet
    Column("pages_done", Integer, nullable=False, server_default="0"),
    Column("route", Text, nullable=False, server_default=""),  # by which it is read: see work.routes
    Column("ocr_share", Float, nullable=False, server_default="0"),  # of its pages that should want the recogniser
    Column("bulk", Boolean, nullable=False, server_default=false()),  # waits until nothing else does
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claim", Text),  # of the worker that reads it, or read it; names its blobs
    Column("ticket", Text),  # of the token that was spent on the claim, where the queue gives them out again
    Index("slices_order", "account_id", "state", "bulk", "first_page", "id"),
    Index(
        "slices_waiting",
        *("account_id", "bulk", "first_page", "id"),
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("slices_file", "file_id"),
    Index("slices_claim", "claim"),
    Index("slices_ticket", "ticket"),
)

fair_clock = Table("fair_clock", metadata, Column("id", Integer, primary_key=True), Column("now", Float))

limit_buckets = Table(
    "limit_buckets",
    metadata,
    Column("bucket", Text, primary_key=True),
    Column("arrival", Float, nullable=False),  # Unix time at which it will be full again
    Column("period_s", Float, nullable=False),
)

limit_slots = Table(
    "limit_slots",
    metadata,
    Column("token", Text, primary_key=True),
    Column("bucket", Text, nullable=False),
    Column("until", Float, nullable=False),
    Index("limit_slots_bucket", "bucket", "until"),
)

paces = Table(
    "paces",
    metadata,
    Column("host", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("at", Float, nullable=False),  # Unix time of the newest
)

repeats = Table(
    "repeats",
    metadata,
    Column("file_id", Text, primary_key=True),  # of a file made a short while ago
    Column("identity", Text, nullable=False),  # key, name, size and digest of its upload, hashed
    Column("attempt", Integer, nullable=False),  # the last that it was the answer to
    Column("at", Float, nullable=False),
    Column("key_id", Text, nullable=False, server_default=""),
    Column("length", BigInteger, nullable=False, server_default="0"),  # of the whole body, 0 where not announced
    Column("refused", BigInteger, nullable=False, server_default="0"),  # a bit for each attempt alike refused since
    Column("missed", Boolean, nullable=False, server_default=false()),  # its caller left before the answer
    Index("repeats_identity", "identity"),
    Index("repeats_alike", "key_id", "length"),
    Index("repeats_at", "at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("blob", Text, primary_key=True),
    Column("until", Float, nullable=False, server_default="0"),  # Unix time until which it may still be written
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),  # sha256 of the cookie
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("sessions_account", "account_id"),
    Index("sessions_expiry", "expires_at"),
)

links = Table(
    "links",
    metadata,
    Column("hash", Text, primary_key=True),  # sha256 of the link's token
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, unique=True),
    Column("name", Text, nullable=False),  # as the provider said it last
    Column("follows", Boolean, nullable=False),  # whether the account's role is the provider's to say
)

journeys = Table(
    "journeys",
    metadata,
    Column("hash", Text, primary_key=True),  # sha256 of the cookie of somebody who is at the provider
    Column("wanted", Text, nullable=False),  # the page to go to then
    Column("account_id", Text, ForeignKey("accounts.id")),  # to be connected
    Column("expires_at", BigInteger, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("hash", Text, primary_key=True),  # sha256 of the name that was given, whether or not there is one
    Column("failures", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),  # then it is forgotten
)

audit = Table(
    "audit",
    metadata,
    Column("id", Text, primary_key=True),  # in the order of time
    Column("at", BigInteger, nullable=False),
    Column("account_id", Text, nullable=False),  # who did it
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),  # what it was done to
    Index("audit_at", "at"),
)

usage = Table(
    "usage",
    metadata,
    Column("hour", BigInteger, primary_key=True),  # Unix seconds of its start
    Column("account_id", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)
