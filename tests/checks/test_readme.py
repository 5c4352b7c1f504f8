"""The tables of the README say what the code says: settings, commands, and the bot's commands."""

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli.main import cli
from bot.handlers.routes import COMMANDS, GROUP_COMMANDS
from bot.messages import replies, translation
from bot.settings import PROJECT, Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
ENV_EXAMPLE = (ROOT / ".env.example").read_text("utf-8")

CODE = re.compile(r"`([^`]+)`")
BOT_COMMAND = re.compile(r"/([a-z]+)")

# Lines such as `#PORT=8443`, which show the default of a setting.
ENV_LINE = re.compile(r"^#([A-Z_]+)=(.*)$", re.MULTILINE)

# Defaults that the table tells in words, and what they are in the code.
WORDED_DEFAULTS: dict[str, tuple[str, object]] = {
    "TELEGRAM_BOT_TOKEN": ("", None),
    "SUMMARY_API_BASE": ("none: nothing is asked", None),
    "SUMMARY_MODEL": ("none: nothing is asked", None),
    "SUMMARY_API_KEY": ("none: nothing is asked", None),
    "WEBHOOK_URL": ("none: long polling", None),
    "WEBHOOK_SECRET": ("derived from the token", None),
    "DATABASE_URL": ("SQLite in `DATA_DIR`", None),
    "DATA_DIR": (
        "`data/` in a checkout, else your data folder",
        PROJECT / "data",
    ),
    "TELEGRAM_BOT_TOKEN_FILE": ("none", None),
    "DATABASE_URL_FILE": ("none", None),
    "WEBHOOK_SECRET_FILE": ("none", None),
    "ARXIV_CATEGORIES": ("none", ()),
    "ARXIV_RSS_URL": ("arXiv's own", "https://rss.arxiv.org/rss"),
    "ARXIV_API_URL": ("arXiv's own", "https://export.arxiv.org/api/query"),
    "BIORXIV_API_URL": ("the public ones", "https://api.biorxiv.org"),
    "CROSSREF_API_URL": ("the public ones", "https://api.crossref.org"),
    "OPENREVIEW_API_URL": ("the public ones", "https://api2.openreview.net"),
    "SOURCES": (
        "`huggingface,arxiv,biorxiv,medrxiv,journals,feeds`",
        ("huggingface", "arxiv", "biorxiv", "medrxiv", "journals", "feeds"),
    ),
    "ALLOW_PRIVATE_FEEDS": ("off", False),
    "ADMIN_USER_IDS": ("none", frozenset()),
    "HEALTH_PORT": ("none: closed", None),
    "HEARTBEAT_URL": ("none", None),
    "ACCESS": ("`invite` with admins, else `open`", None),
}


def rows(header: str) -> list[list[str]]:
    """Return the cells of the table that a header line begins."""
    _, _, body = README.partition(f"\n{header}\n")
    table, _, _ = body.partition("\n\n")
    lines = table.splitlines()[1:]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def default(name: str) -> object:
    return Settings.model_fields[name.lower()].default


def setting_defaults() -> dict[str, str]:
    """Return the default of each setting as the README tells it."""
    defaults: dict[str, str] = {}
    for name_cell, default_cell, _ in rows(
        "| setting | default | what it is |"
    ):
        names = CODE.findall(name_cell)
        values = default_cell.split(", ")
        if len(names) == 1 or len(values) == 1:
            values = [default_cell] * len(names)
        defaults.update(zip(names, values, strict=True))
    return defaults


def command_group() -> TyperGroup:
    group = get_command(cli)
    assert isinstance(group, TyperGroup)
    return group


def command_rows() -> list[list[str]]:
    return rows("| command | does |")


def test_the_table_of_settings_names_each_setting_once() -> None:
    names = list(setting_defaults())

    assert len(names) == len(set(names))
    assert set(names) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(("name", "text"), setting_defaults().items())
def test_a_settings_default_is_the_one_in_the_code(
    name: str, text: str
) -> None:
    if name in WORDED_DEFAULTS:
        assert (text, default(name)) == WORDED_DEFAULTS[name]
    else:
        assert text.strip("`") == str(default(name))


def test_the_worded_default_of_access_is_the_one_in_the_code() -> None:
    without_admins = Settings.model_construct()
    with_admins = Settings.model_construct(admin_user_ids=frozenset({1}))

    assert without_admins.effective_access == "open"
    assert with_admins.effective_access == "invite"


def test_the_example_of_an_env_file_names_each_setting() -> None:
    names = [name for name, _ in ENV_LINE.findall(ENV_EXAMPLE)]

    assert sorted(names) == sorted(
        name.upper() for name in Settings.model_fields
    )


@pytest.mark.parametrize(("name", "text"), ENV_LINE.findall(ENV_EXAMPLE))
def test_the_example_of_an_env_file_shows_defaults(
    name: str, text: str
) -> None:
    value = default(name)

    if name == "DATA_DIR":
        assert PROJECT / text == value
    elif value in {None, (), frozenset()}:
        assert text == ""
    elif isinstance(value, bool):
        assert text == ("on" if value else "off")
    elif isinstance(value, tuple):
        assert text == ",".join(value)
    else:
        assert text == str(value)


def test_the_table_of_commands_names_each_command() -> None:
    examples = [
        example for cell, _ in command_rows() for example in CODE.findall(cell)
    ]

    names = {example.split()[0] for example in examples}

    assert names == set(command_group().commands)


@pytest.mark.parametrize("row", command_rows(), ids=lambda row: str(row[0]))
def test_the_options_in_the_table_of_commands_exist(row: list[str]) -> None:
    examples = CODE.findall(row[0])
    commands = [
        command_group().commands[example.split()[0]] for example in examples
    ]
    params = [param for command in commands for param in command.params]
    options = {option for param in params for option in param.opts}

    words = {
        word for code in CODE.findall(" ".join(row)) for word in code.split()
    }

    assert {word for word in words if word.startswith("--")} <= options


def test_the_table_of_features_and_the_text_below_name_each_command_of_the_bot() -> (
    None
):
    features = rows("| | |")
    section, _, _ = README.partition("### Settings")
    _, _, on_telegram = section.partition("## On Telegram")
    codes = [code for cell, _ in features for code in CODE.findall(cell)]
    codes += CODE.findall(on_telegram)

    names = {
        match[1] for code in codes if (match := BOT_COMMAND.match(code))
    } - {"newbot"}  # of @BotFather

    assert names == {*COMMANDS, *GROUP_COMMANDS}


def test_the_menu_shows_each_command_of_the_bot_but_start() -> None:
    t = translation.of("en")
    menu = [*replies.commands(t), *replies.admin_commands(t)]

    names = {name for name, _ in menu}

    assert names == set(COMMANDS) - {"start"}
