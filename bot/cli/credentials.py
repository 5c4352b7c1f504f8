"""The token and secrets that an operator sets, and what follows where they are missing."""

import hashlib
import hmac
from urllib.parse import urlsplit

from bot.errors import Failure
from bot.settings import Settings


def is_local_run(settings: Settings) -> bool:
    """Return whether to run without Telegram, which is so if there is no token.

    Raises Failure if a database or a webhook is set without a token. A forgotten token
    must not make a trial run change the data of a real bot.
    """
    if settings.telegram_bot_token is not None:
        return False

    for name in ("DATABASE_URL", "WEBHOOK_URL"):
        if getattr(settings, name.lower()) is not None:
            raise Failure(
                f"{name} is set, but TELEGRAM_BOT_TOKEN is not, so nothing was started and no "
                f"database was touched. Set the token, or unset {name}.",
                passing=False,
            )

    return True


def require_token(settings: Settings) -> str:
    """Return the bot's token; raise a Failure that says how to get one."""
    if not is_local_run(settings) and settings.telegram_bot_token is not None:
        return settings.telegram_bot_token.get_secret_value()

    raise Failure(
        "TELEGRAM_BOT_TOKEN is missing. Write to @BotFather in Telegram, send /newbot, and put "
        "the token it gives you into a file named .env as TELEGRAM_BOT_TOKEN=123456:ABC…",
        passing=False,
    )


def webhook_secret(settings: Settings) -> str:
    """Return the secret that Telegram sends with each request to the webhook.

    The default is an HMAC of the token, which the token can't be computed from.
    """
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()

    token = require_token(settings).encode()
    return hmac.new(token, b"webhook secret", hashlib.sha256).hexdigest()


def all_secrets(settings: Settings) -> list[str]:
    """Return everything that no log may tell: the token, and what proves or hides who calls."""
    secrets = [require_token(settings), webhook_secret(settings)]
    if settings.heartbeat_url is not None:
        parts = urlsplit(settings.heartbeat_url.get_secret_value())
        secrets += [part for part in (parts.path, parts.query) if len(part) > 1]

    return secrets
