"""The one exception that says whether trying again can help."""


class Failure(Exception):  # noqa: N818 - it is not always an error of ours
    """Something outside did not work; `passing` tells whether the same call may succeed later.

    The message is one line a person can act on; it holds no secrets.
    """

    def __init__(self, message: str, *, passing: bool = True) -> None:
        super().__init__(message)
        self.passing = passing
