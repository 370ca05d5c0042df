"""What an operator can set: one frozen class, read once, where a misspelt variable stops the start."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from moonshelf.complaints import complaint

PREFIX = "MOONSHELF_"
MIB = 2**20
_CENTURY_DAYS = 36_500
_CENTURY_S = 86_400 * _CENTURY_DAYS  # longer than anybody waits, and what clocks and timers can still count
_MANY = 10**9  # what a column for numbers holds


def _default_data() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "moonshelf"


def _somewhere(path: object) -> object:
    """Refuse what is empty: it would be whatever folder we happen to be in."""
    if path == "":
        raise PydanticCustomError("too_short", "it is empty")
    return path


def _address(url: str) -> str:
    """Refuse hosts and ports that are none."""
    try:
        urlsplit(url).port  # noqa: B018 - which looks at both
    except ValueError:
        raise PydanticCustomError("string_pattern_mismatch", "it is no address") from None
    return url


def _database(url: str) -> str:
    """Refuse what is no address of a database; its password may hold what those of pages may not."""
    from sqlalchemy import make_url  # noqa: PLC0415 - heavy: most who look at settings open no database
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - as above

    try:
        make_url(url)
    except (ValueError, ArgumentError):
        raise PydanticCustomError("string_pattern_mismatch", "it is no address") from None
    return url


_Path = Annotated[Path, BeforeValidator(_somewhere)]
_Url = Annotated[str, AfterValidator(_address)]
_Size = Annotated[ByteSize, Field(gt=0, le=2**60)]
_Count = Annotated[int, Field(gt=0, le=_MANY)]
_Seconds = Annotated[float, Field(gt=0, le=_CENTURY_S)]
_MaybeSeconds = Annotated[float, Field(ge=0, le=_CENTURY_S)]  # 0: none


class Settings(BaseModel):
    """Each field is one ``MOONSHELF_*`` variable; its description is the line in the docs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: _Path = Field(default_factory=_default_data, description="Folder for the database, the files and the spool.")
    database_url: Annotated[str, AfterValidator(_database)] | None = Field(
        default=None,
        pattern="^postgres(ql)?://",  # many who offer PostgreSQL write it in short
        description="PostgreSQL in place of SQLite, e.g. postgresql://user:password@host/name; for many machines.",
    )
    storage_url: _Url | None = Field(
        default=None,
        pattern="^(s3|gs|az)://.",
        description="Object store in place of the data folder, e.g. s3://bucket/prefix?endpoint=https://host.",
    )
    download: Literal["stream", "redirect"] = Field(
        default="stream",
        description="How originals are downloaded: stream, through the server; redirect, from the object store itself "
        "by a URL that is signed.",
    )
    max_file_size: _Size = Field(default=ByteSize(100 * MIB), description="Largest upload, e.g. 100MiB.")
    max_files: _Count = Field(default=1_000, description="Files an account may hold.")
    max_bytes: _Size = Field(default=ByteSize(10 * 1024 * MIB), description="Bytes an account may hold, e.g. 10GiB.")
    upload_wait_s: _MaybeSeconds = Field(
        default=2.0, description="Seconds an upload waits for its text, so that small files come back ready."
    )
    content_wait_s: float = Field(
        default=240.0, ge=0, le=280, description="Seconds a request for content waits before it answers 409."
    )
    uploads_per_account: _Count = Field(default=64, description="Uploads of one account at the same time.")
    body_memory: _Size = Field(
        default=ByteSize(512 * MIB),
        description="Memory that request bodies on their way in, and media fetched for chats, may hold together.",
    )
    spool_size: _Size = Field(
        default=ByteSize(8 * 1024 * MIB), description="Disk that uploads on their way in may hold together."
    )
    body_idle_s: _Seconds = Field(
        default=30.0, description="Seconds after which a request whose body has stopped coming is given up."
    )
    body_pace: _Size = Field(
        default=ByteSize(1024), description="Bytes a second below which a body is given up after as long."
    )
    header_s: _Seconds = Field(
        default=30.0, description="Seconds that a connection may take to send the head of a request."
    )
    tier: str = Field(default="", description="Limits of accounts that have no tier of their own; empty: none.")
    tiers: _Path | None = Field(default=None, description="TOML file of tiers, beside Kimi's kimi-0 to kimi-5.")
    limits_url: _Url = Field(
        default="",
        pattern="^((valkey|redis)s?://.+|unix:///.+)?$",
        description="valkey://… or redis://… to count limits there; empty: in the process or the database.",
    )
    lease_s: _Seconds = Field(
        default=120.0, description="Seconds after which an upload that shows no life gives its reservation back."
    )
    sweep_s: _Seconds = Field(default=30.0, description="Seconds between two rounds of the sweeper.")
    drain_s: _MaybeSeconds = Field(default=30.0, description="Seconds that running requests get to end after SIGTERM.")
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=0,
        le=1_024,
        description="Slices read at the same time, beside short files; default: cores.",
    )
    sandbox: Literal["required", "best-effort"] = Field(
        default="required",
        description="required: refuse to start where readers can't be cut off from files and network; "
        "best-effort: start all the same and say so.",
    )
    reader_memory: _Size = Field(default=ByteSize(3 * 1024 * MIB), description="Address space of one reader.")
    page_s: _Seconds = Field(default=30.0, description="Seconds that one page may take to read.")
    file_s: _Seconds = Field(
        default=90.0, description="Seconds that a slice, or a file that is read in one go, may take without OCR."
    )
    picture_s: _Seconds = Field(default=60.0, description="Seconds that OCR may take over one page or image.")
    slice_pages: _Count = Field(default=16, description="Pages that one slice holds.")
    max_pages: _Count = Field(default=5_000, description="Pages of one file that are read; the rest is named.")
    ocr: Literal["fast", "accurate"] = Field(
        default="fast", description="How scans and images are read: fast or accurate."
    )
    ocr_idle_s: _Seconds = Field(default=120.0, description="Idle seconds after which OCR gives its memory back.")
    include: str = Field(
        default="",
        pattern=r"^(formulas|hidden)?(,(formulas|hidden))?$",
        description="What is read besides where an upload does not say: hidden, formulas, or both with a comma.",
    )
    upstreams: _Path | None = Field(default=None, description="TOML file that names the model servers to chat with.")
    default_model: str = Field(default="", description="Model for unknown names; empty: the first there is.")
    default_model_for_unknown: bool | None = Field(
        default=None,
        description="Whether unknown model names get the default model; default: only where the embedded model serves.",
    )
    models: _Path | None = Field(default=None, description="Folder of model weights; default: the user's cache folder.")
    embedded_model: str = Field(
        default="qwen2.5-coder-0.5b-instruct",
        description="The embedded model, by a name of `moonshelf models list`; smolvlm-256m-instruct sees images.",
    )
    embedded_tokens: _Count = Field(
        default=3_000, description="Tokens of documents that the embedded model is given; more is selected from."
    )
    embedded_idle_s: _Seconds = Field(
        default=600.0, description="Idle seconds after which the embedded model gives its memory back."
    )
    chat_timeout_s: _Seconds = Field(default=600.0, description="Seconds without a byte from a model server.")
    media_hosts: str = Field(
        default="",
        description="Hosts that images and videos in chat may be fetched from: names, `*.example.com` or `*`, "
        "with commas; empty: none.",
    )
    media_metadata: Literal["strip", "keep"] = Field(
        default="strip", description="Place, camera and comments of media that models are sent: strip or keep."
    )
    video_frames: int = Field(
        default=16, gt=0, le=128, description="Pictures of a video that a model is shown where it takes no video."
    )
    video_side: _Count = Field(default=1024, description="Longest side in pixels of those pictures.")
    dashboard: Literal["on", "off"] = Field(default="on", description="on; off: no pages, no sign-in, the API alone.")
    public_url: _Url = Field(
        default="",
        pattern=r"^(https?://[^/?#]+)?$",
        description="Address people reach the server at, e.g. https://shelf.example.com, without a path.",
    )
    session_s: int = Field(
        default=604_800, gt=0, le=_CENTURY_S, description="Seconds that a sign-in to the dashboard lasts."
    )
    oidc_issuer: _Url = Field(
        default="",
        pattern=r"^(https?://[^?#]+)?$",
        description="OpenID provider that people may sign in with, by its issuer; needs the extra `[oidc]`, "
        "`MOONSHELF_OIDC_CLIENT_ID` and `MOONSHELF_PUBLIC_URL`.",
    )
    oidc_client_id: str = Field(default="", description="What the provider calls this server.")
    oidc_client_secret: str = Field(
        default="", repr=False, description="What this server proves itself with to the provider; empty: PKCE alone."
    )
    oidc_name: str = Field(default="", description="The provider's name on the sign-in page; empty: its host.")
    oidc_scopes: str = Field(default="openid email profile", description="Scopes that the provider is asked for.")
    oidc_account: str = Field(default="email", description="Claim that names the account of somebody new.")
    oidc_members: str = Field(
        default="",
        pattern="^([^=]+=.+)?$",
        description="Who may sign in, as claim=value, e.g. groups=staff; empty: everybody whom the provider lets in.",
    )
    oidc_admins: str = Field(
        default="",
        pattern="^([^=]+=.+)?$",
        description="Who is an admin, as claim=value, at each sign-in; empty: only whom an admin makes one.",
    )
    usage_days: int = Field(
        default=400, gt=0, le=_CENTURY_DAYS, description="Days that usage and the audit log are kept."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level logged: debug, info, warning, error."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="text, lines to grep; json, to be collected."
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], given: Mapping[str, object]) -> Self:
        """Read the environment; what is *given* on the command line (None for nothing) goes before it.

        Raises ``SystemExit`` with a line for each wrong variable.
        """
        read: dict[str, object] = {
            name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)
        }
        read |= {name: value for name, value in given.items() if value is not None}
        try:
            return cls.model_validate(read)
        except ValidationError as error:
            raise SystemExit("\n".join([*map(_wrong, error.errors()), "See docs/settings.md."])) from None


def _wrong(error: ErrorDetails) -> str:
    """Say what is wrong with one variable, and what it is for."""
    name = str(error["loc"][0])
    said = complaint(name, error, Settings.model_fields, spelt=_variable)
    field = Settings.model_fields.get(name)
    return f"{said} What it sets: {field.description}" if field else said


def _variable(name: str) -> str:
    return f"{PREFIX}{name}".upper()
