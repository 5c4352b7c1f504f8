"""Serves the bot for `paperpicks run`: on Telegram, or on a local chat page without a token."""

import asyncio

from rich.console import Console

from bot import app
from bot.cli import logs
from bot.cli.credentials import all_secrets, require_token, webhook_secret
from bot.cli.resources import (
    health_address,
    open_runtime,
    source_endpoints,
)
from bot.jobs.parts import RUN, WEB, Part
from bot.sandbox import local
from bot.settings import Settings
from bot.transport.webhook import Address


def serve_on_telegram(settings: Settings, *, adopt: bool) -> None:
    """Serve until a signal; `adopt` takes over a database that belongs to another bot."""
    serve_part(settings, RUN, adopt=adopt)


def serve_part(
    settings: Settings,
    part: Part,
    *,
    adopt: bool = False,
    port: int | None = None,
) -> None:
    """Play a part until a signal; `port` is that of the webhook, by default `PORT`."""
    token = require_token(settings)
    secret = webhook_secret(settings)
    logs.set_up(
        settings.log_level,
        *all_secrets(settings),
        log_format=settings.log_format,
    )

    address = (
        _address(settings, part, secret, port) if part.takes_updates else None
    )
    is_one_of_many = (
        address is not None
        and not settings.effective_database_url.startswith("sqlite")
    )
    with open_runtime(settings, is_one_of_many=is_one_of_many) as runtime:
        asyncio.run(
            app.run(
                runtime,
                token,
                settings.telegram_api_base,
                adopt=adopt,
                address=address,
                health_address=health_address(settings),
                part=part,
            )
        )


def _address(
    settings: Settings, part: Part, secret: str, port: int | None
) -> Address | None:
    """Return where updates come to; None without a webhook, for long polling."""
    if not settings.webhook_url:
        return None

    return Address(
        settings.webhook_url,
        secret,
        settings.host,
        port or settings.port,
        is_shared=part is WEB,
    )


def serve_local_chat(
    console: Console, settings: Settings, *, port: int | None
) -> None:
    """Serve the bot and its chat page until a signal; print the page's address."""
    # The page shows what happens, so a log beside it has to be asked for.
    has_log_level = "log_level" in settings.model_fields_set
    logs.set_up(
        settings.log_level if has_log_level else "WARNING",
        log_format=settings.log_format,
    )

    local.run(
        settings.data_dir,
        source_endpoints(settings),
        settings.picks_per_day,
        console,
        port,
        health_address=health_address(settings),
    )
