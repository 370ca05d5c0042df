"""Every setting is in the docs, and nowhere else."""

import pytest

from live import ROOT
from moonshelf.settings import PREFIX, Settings


def test_every_setting_has_its_line_in_the_docs_and_the_docs_have_no_other() -> None:
    lines = (ROOT / "docs" / "settings.md").read_text().splitlines()
    rows = [line for line in lines if line.startswith(f"| `{PREFIX}")]
    documented = {row.split("`")[1].removeprefix(PREFIX).lower(): row for row in rows}
    assert set(documented) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        assert field.description
        assert field.description in documented[name]


def test_values_are_never_shown_only_names_and_reasons() -> None:
    with pytest.raises(SystemExit) as caught:
        Settings.from_environ({"MOONSHELF_MAX_FILES": "sk-secret", "MOONSHELF_NONSENSE": "1"}, {})
    said = str(caught.value)
    assert "MOONSHELF_MAX_FILES" in said
    assert "MOONSHELF_NONSENSE" in said
    assert "sk-secret" not in said


def test_the_command_line_goes_before_the_environment() -> None:
    assert Settings.from_environ({"MOONSHELF_WORKERS": "3"}, {"workers": 5}).workers == 5
    assert Settings.from_environ({"MOONSHELF_WORKERS": "3"}, {"workers": None}).workers == 3
