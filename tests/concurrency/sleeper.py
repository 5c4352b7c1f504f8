"""A child process that computes for ever in one call, in which Python handles no signal."""

import os
import re
import sys
from pathlib import Path

from bot import concurrency

if __name__ == "__main__":
    concurrency.end_with_parent()
    sys.stdin.buffer.read()
    Path(sys.argv[1]).write_text(str(os.getpid()))
    re.fullmatch(r"(a|a)*b", "a" * 60)
