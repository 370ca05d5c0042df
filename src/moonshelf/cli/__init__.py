"""The command line: the same services as the server's, from a shell."""

import click

from moonshelf.cli import documents, installation, keys, models, servers, users
from moonshelf.errors import MoonshelfError


class _Commands(click.Group):
    """Prints what went wrong as the one sentence it is."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MoonshelfError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="moonshelf")
def main() -> None:
    """Put any file in front of any model.

    \b
    moonshelf serve                    start the server; the first start prints a key
    moonshelf extract report.pdf       read one file right here, no server needed
    moonshelf keys create              make another key

    Every setting is a MOONSHELF_* variable: docs/settings.md lists them.
    """  # noqa: D301 - click's own mark: it keeps the lines after it as they are


for command in (
    servers.serve,
    servers.worker,
    keys.keys,
    users.users,
    installation.migrate,
    installation.export_all,
    installation.import_all,
    installation.sweep,
    documents.extract,
    documents.doctor,
    models.models,
):
    main.add_command(command)
