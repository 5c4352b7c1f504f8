"""The application: everything that talks to the world."""

import os

# Waits that Telegram asks for come as timedeltas, without a warning each; read on import.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# As in `recommender`, and here too: modules of ours import NumPy before they import from there.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
