"""The application: everything that talks to the world."""

import os

# Waits that Telegram asks for come as timedeltas, without a warning each; read on import.
os.environ.setdefault("PTB_TIMEDELTA", "true")
