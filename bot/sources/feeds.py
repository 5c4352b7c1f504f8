"""Papers from the RSS and Atom feeds whose addresses readers give."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a feed's answer says beside its papers, for the next request."""

    address: str
    title: str = ""
    etag: str = ""
    last_modified: str = ""
    is_unchanged: bool = False
