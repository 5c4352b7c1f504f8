"""A number with its noun, as a command tells it."""


def of(number: int, one: str, many: str = "") -> str:
    """Return "1 paper" or "2 papers"; `many` where it is no "s" more."""
    return f"{number} {one if number == 1 else many or one + 's'}"
