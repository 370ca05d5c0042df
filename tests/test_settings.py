"""Every setting is in the docs, and nowhere else."""

from typing import Literal, get_args, get_origin

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


def test_what_a_setting_may_be_is_told_where_that_is_a_choice() -> None:
    for name, field in Settings.model_fields.items():
        for choice in get_args(field.annotation) if get_origin(field.annotation) is Literal else ():
            assert choice in (field.description or ""), name


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


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("MAXFILES", "3", "MOONSHELF_MAXFILES is not known; did you mean MOONSHELF_MAX_FILES?\n"),
        ("COLOUR", "blue", "MOONSHELF_COLOUR is not known.\n"),
        ("MAX_FILE_SIZE", "lots", "MOONSHELF_MAX_FILE_SIZE must be a size, e.g. 100MiB. What it sets: "),
        ("WORKERS", "many", "MOONSHELF_WORKERS must be a whole number. What it sets: "),
        ("OCR", "slow", "MOONSHELF_OCR must be 'fast' or 'accurate'. What it sets: "),
        ("DATABASE_URL", "mysql://host/name", "MOONSHELF_DATABASE_URL is not written as it has to be. What it sets: "),
        *(
            (name, "inf", f"MOONSHELF_{name} must be less than or equal to 3153600000. What ")
            for name in ("SWEEP_S", "HEADER_S", "LEASE_S", "UPLOAD_WAIT_S")
        ),
        ("MAX_FILES", "9" * 30, "MOONSHELF_MAX_FILES must be less than or equal to 1000000000. What it sets: "),
        ("MAX_FILE_SIZE", "9" * 30, "MOONSHELF_MAX_FILE_SIZE must be less than or equal to "),
        ("READER_MEMORY", "0", "MOONSHELF_READER_MEMORY must be greater than 0. What it sets: "),
        ("WORKERS", "99999", "MOONSHELF_WORKERS must be less than or equal to 1024. What it sets: "),
        ("VIDEO_FRAMES", "1000", "MOONSHELF_VIDEO_FRAMES must be less than or equal to 128. What it sets: "),
        ("USAGE_DAYS", "9" * 30, "MOONSHELF_USAGE_DAYS must be less than or equal to 36500. What it sets: "),
        *(
            (f"{name}_URL", url, f"MOONSHELF_{name}_URL is not written as it has to be. What it sets: ")
            for name, url in (
                ("DATABASE", "postgresql://h:port/x"),
                ("LIMITS", "valkey://[::1"),
                ("PUBLIC", "http://["),
            )
        ),
        *(
            (name, "", f"MOONSHELF_{name} is empty. What it sets: ")
            for name in ("DATA", "TIERS", "UPSTREAMS", "MODELS")
        ),
        ("LIMITS_URL", "memcached://host", "MOONSHELF_LIMITS_URL is not written as it has to be. What it sets: "),
    ],
)
def test_what_is_wrong_is_said_in_words_that_need_no_knowledge_of_libraries(
    variable: str, value: str, says: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        Settings.from_environ({f"MOONSHELF_{variable}": value}, {})
    assert str(caught.value).startswith(says)
    assert str(caught.value).endswith("See docs/settings.md.")


@pytest.mark.parametrize("url", ["valkey://host:1/0", "rediss://host", "unix:///run/valkey.sock", ""])
def test_limits_may_be_counted_wherever_valkey_is_reached(url: str) -> None:
    assert Settings.from_environ({"MOONSHELF_LIMITS_URL": url}, {}).limits_url == url


@pytest.mark.parametrize("password", ["pa#ss", "pa?ss", "pa[ss", "p%40ss"])
def test_a_password_of_a_database_may_hold_what_other_addresses_may_not(password: str) -> None:
    url = f"postgresql://user:{password}@host/name"
    assert Settings.from_environ({"MOONSHELF_DATABASE_URL": url}, {}).database_url == url
