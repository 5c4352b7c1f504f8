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
from bot.sandbox import local
from bot.settings import Settings
from bot.transport.webhook import Address


def serve_on_telegram(settings: Settings, *, adopt: bool) -> None:
    """Serve until a signal; `adopt` takes over a database that belongs to another bot."""
    token = require_token(settings)
    secret = webhook_secret(settings)
    logs.set_up(
        settings.log_level,
        *all_secrets(settings),
        log_format=settings.log_format,
    )

    # Without the address of a webhook, the bot asks for updates by long polling.
    address = None
    if settings.webhook_url:
        address = Address(
            settings.webhook_url, secret, settings.host, settings.port
        )

    with open_runtime(settings) as runtime:
        asyncio.run(
            app.run(
                runtime,
                token,
                settings.telegram_api_base,
                adopt=adopt,
                address=address,
                health_address=health_address(settings),
            )
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
