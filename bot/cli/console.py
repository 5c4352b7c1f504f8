"""The terminal: standard output for results, standard error for everything else.

Titles and names may hold anything, so nothing in them is taken for markup or an emoji, and
a line is as long as it is, so that programs can read it.
"""

from rich.console import Console

out = Console(
    soft_wrap=True,
    markup=False,
    emoji=False,
    highlight=False,
)
err = Console(
    stderr=True,
    soft_wrap=True,
    markup=False,
    emoji=False,
    highlight=False,
)
