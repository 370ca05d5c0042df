"""Commands about the models that run on this machine."""

import click

from moonshelf import wiring
from moonshelf.cli.options import settings_of
from moonshelf.cli.printing import bar, table
from moonshelf.models import pulling, weights


@click.group()
def models() -> None:
    """List and fetch the models that run on this machine."""


@models.command("list")
def list_models() -> None:
    """List the models that can run here. The state says whether their weights are there."""
    folder = wiring.models.weights_folder(settings_of())
    rows = [("MODEL", "SIZE", "LICENCE", "STATE")]
    for one in weights.KNOWN:
        files = [one, *([one.projector] if one.projector else [])]
        here = all(weights.path(file, folder).exists() for file in files)
        state = "here" if here else f"moonshelf models pull {one.name}"
        rows.append((one.name, f"{one.download / 1e6:.0f} MB", one.licence, state))
    table(rows)


@models.command("pull")
@click.argument("name", default=weights.QWEN.name)
def pull_model(name: str) -> None:
    """Fetch a model's weights, checked against their digest.

    Without NAME it is the embedded model's. A broken download goes on where it stopped.
    """
    folder = wiring.models.weights_folder(settings_of(log_level="warning"))
    try:
        model = weights.find(name)
    except KeyError as error:
        raise click.ClickException(str(error.args[0])) from None
    with bar(model.name) as progress:
        path = pulling.pull(model, folder, progress)
    click.echo(path)
