"""The file that names the model servers an operator wants to chat with.

[[upstream]]
name = "kimi"
base_url = "https://api.moonshot.ai/v1"
key_env = "MOONSHOT_API_KEY"

[[upstream.model]]
id = "kimi-k2.6"
aliases = ["kimi-k2-turbo-preview"]
vision = true
context_length = 262144
image_formats = ["jpeg", "png", "webp", "gif"]
image_side = 4096
own_files = true
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, PositiveInt, ValidationError
from pydantic_core import ErrorDetails

from moonshelf.complaints import complaint
from moonshelf.models.upstream import Model, Upstream

Text = Annotated[str, Field(min_length=1)]


class _ModelTable(BaseModel):
    """``[[upstream.model]]`` in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Text
    aliases: list[Text] = []
    vision: bool = False
    video: bool = False
    reasoning: bool = False
    context_length: PositiveInt | None = None
    image_formats: list[Literal["jpeg", "png", "webp", "gif"]] = Field(
        default=["jpeg", "png", "webp", "gif"], min_length=1
    )
    image_side: PositiveInt = 4096
    own_files: bool = False


class _UpstreamTable(BaseModel):
    """``[[upstream]]`` in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    base_url: HttpUrl
    key_env: Text | None = None
    model: list[_ModelTable] = Field(min_length=1)


class _UpstreamsFile(BaseModel):
    """The whole file that ``MOONSHELF_UPSTREAMS`` names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    upstream: list[_UpstreamTable] = Field(min_length=1)


def load(path: Path, environ: Mapping[str, str]) -> tuple[Upstream, ...]:
    """Read the file of model servers; keys come from the variables of *environ* that it names.

    Raises ``SystemExit`` with a line for each thing that is wrong, so that no server starts half configured.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = _UpstreamsFile.model_validate(given).upstream
    except OSError as error:
        raise SystemExit(f"MOONSHELF_UPSTREAMS: {path} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SystemExit(f"MOONSHELF_UPSTREAMS: {path} is not valid TOML: {error}.") from None
    except ValidationError as error:
        wrong = [f"{path}:{_sentence(one)}" for one in error.errors()]
        raise SystemExit("\n".join([*wrong, "See 'A real model' in README.md, and docs/api.md."])) from None
    wrong = [*_missing_keys(path, tables, environ), *_repeated_names(path, tables)]
    if wrong:
        raise SystemExit("\n".join(wrong))
    return tuple(_upstream(one, environ) for one in tables)


def _sentence(error: ErrorDetails) -> str:
    """Name table and field: `` [[upstream]] 1, [[model]] 2, visoin is not known; …``."""
    where = error["loc"]
    *tables, last = where if isinstance(where[-1], str) else [*where, "it"]
    numbers = (f" {one + 1}," if isinstance(one, int) else f" [[{one}]]" for one in tables)
    known = _ModelTable.model_fields if "model" in tables else _UpstreamTable.model_fields
    return f"{''.join(numbers)} {complaint(str(last), error, known)}"


def _missing_keys(path: Path, tables: Sequence[_UpstreamTable], environ: Mapping[str, str]) -> list[str]:
    return [
        f"{path}: [[upstream]] {one.name!r} takes its key from the variable {one.key_env}, which is not set."
        for one in tables
        if one.key_env and not environ.get(one.key_env)
    ]


def _repeated_names(path: Path, tables: Sequence[_UpstreamTable]) -> list[str]:
    names = [name for one in tables for model in one.model for name in (model.id, *model.aliases)]
    return [
        f"{path}: the model name {name!r} is given more than once."
        for name in sorted(set(names))
        if names.count(name) > 1
    ]


def _upstream(table: _UpstreamTable, environ: Mapping[str, str]) -> Upstream:
    models = tuple(map(_model, table.model))
    key = environ[table.key_env] if table.key_env else None
    return Upstream(table.name, str(table.base_url).rstrip("/"), models, key)


def _model(table: _ModelTable) -> Model:
    return Model(
        table.id,
        tuple(table.aliases),
        vision=table.vision,
        video=table.video,
        reasoning=table.reasoning,
        context_length=table.context_length,
        image_types=tuple(f"image/{one}" for one in table.image_formats),
        image_side=table.image_side,
        own_files=table.own_files,
    )
