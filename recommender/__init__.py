"""Learns one reader's taste from ratings; knows no chat, clock, disk, database or network."""

import os

# Two threads make small fits many times slower; processes are used for parallel work.
# Must be set before NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
