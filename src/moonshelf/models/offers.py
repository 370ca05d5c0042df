"""Offers: which model serves a request, by the name that it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from moonshelf.errors.installation import NoLocalModel
from moonshelf.errors.requests import NoSuchModel
from moonshelf.models.embedded import Embedded, LocalModel
from moonshelf.models.upstream import Model, Upstream

_log = structlog.get_logger()


@dataclass(frozen=True)
class Offer:
    """A model and who serves it."""

    model: Model
    server: Upstream | Embedded

    @property
    def owner(self) -> str:
        """The server's name, for ``owned_by``."""
        return self.server.name if isinstance(self.server, Upstream) else "moonshelf"


class Offers:
    """The models of the operator's servers, and the embedded one, by their names and aliases."""

    def __init__(
        self,
        upstreams: Sequence[Upstream] = (),
        *,
        embedded: Embedded | None = None,
        default: str = "",
        default_for_unknown: bool | None = None,
    ) -> None:
        """*default* is a name; empty, it means the first model. Raises ``SystemExit`` where nobody offers it.

        Left open, it gets requests for unknown names only where there are no model servers.
        """
        self.embedded = embedded
        self._all = [Offer(model, upstream) for upstream in upstreams for model in upstream.models]
        if embedded is not None:
            self._all.append(Offer(_embedded_model(embedded.model), embedded))
        self._by_name = {name: one for one in self._all for name in (one.model.id, *one.model.aliases)}
        if default and default not in self._by_name:
            raise SystemExit(f"MOONSHELF_DEFAULT_MODEL: no model server offers {default!r}.")
        self._default = self._by_name[default] if default else next(iter(self._all), None)
        # Examples name one of Kimi's models, and should run as printed where only the embedded one is.
        self._default_for_unknown = not upstreams if default_for_unknown is None else default_for_unknown

    def now(self) -> list[Offer]:
        """List the models that can be asked now."""
        return [one for one in self._all if isinstance(one.server, Upstream) or not one.server.lack()]

    def find(self, name: str) -> Offer:
        """Find the model of that name or alias, or the default if unknown names get it.

        Raises ``NoSuchModel``, or ``NoLocalModel`` where there is no model at all.
        """
        if (found := self._by_name.get(name)) is not None:
            return found
        if self._default is None:
            raise NoLocalModel("There is no model to ask: name a model server in MOONSHELF_UPSTREAMS.")
        if not self._default_for_unknown:
            raise NoSuchModel(name)
        _log.info("chat.defaulted", asked=name[:64], model=self._default.model.id)
        return self._default


def _embedded_model(local: LocalModel) -> Model:
    """Say what the embedded model can be shown: llama.cpp decodes these formats, and takes a minute for large ones."""
    return Model(
        local.name,
        context_length=local.context_length,
        vision=local.vision,
        image_types=("image/jpeg", "image/png"),
        image_side=1024,
    )
