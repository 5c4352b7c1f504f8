"""A number with its noun, for the output of commands."""


def of(number: int, one: str, many: str = "") -> str:
    """Return "1 paper" or "2 papers"; `many` is an irregular plural."""
    return f"{number} {one if number == 1 else many or one + 's'}"
