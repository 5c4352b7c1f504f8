"""The buttons that show and choose sources."""

from dataclasses import dataclass
from typing import Annotated

from bot.messages.button_codec import Button, Written
from bot.messages.button_fields import Flag, Page, Text


@dataclass(frozen=True)
class SourcesPage(Button):
    """Show the reader's sources, or a page of those to choose from.

    `m` are the reader's, `a` arXiv's groups, `b` bioRxiv's, `d` medRxiv's; `j` and `f` ask.
    """

    FORM = "n1:{screen}[:{page}]"
    screen: Annotated[str, Written("[mabdjf]")]
    page: Page = 0


@dataclass(frozen=True)
class CategoryGroup(Button):
    """Show a page of the categories in a group of arXiv's."""

    FORM = "n2:{group}[:{page}]"
    group: Annotated[str, Written("[a-z-]{1,12}")]
    page: Page = 0


@dataclass(frozen=True)
class ChooseSource(Button):
    """Choose a source by the beginning of its key, or not any more.

    The screens that it stands on: `m` the reader's sources, `g` a group of arXiv, `p` the
    subjects of preprints, `j` journals.
    """

    FORM = "n3:{screen}{chosen}{key}"
    screen: Annotated[str, Written("[mgpj]")]
    key: Annotated[str, Written(".{1,58}")]
    chosen: Flag


@dataclass(frozen=True)
class ChooseMatch(Button):
    """Choose one of the categories and subjects that words found, or not any more."""

    FORM = "n4:{chosen}{checksum}:{words}"
    checksum: Annotated[str, Written("[0-9a-f]{12}")]
    words: Annotated[str, Written(".{1,47}")]
    chosen: Flag


@dataclass(frozen=True)
class JournalWords(Button):
    """Search the journals for words."""

    FORM = "n5:{words}"
    words: Text


@dataclass(frozen=True)
class OfferedCategory(Button):
    """Choose a category that the first screen offers, or not any more."""

    FORM = "n6:{chosen}{code}"
    code: Annotated[str, Written("[A-Za-z.-]{1,24}")]
    chosen: Flag


@dataclass(frozen=True)
class SuggestedCategory(Button):
    """Choose a category that the list of topics suggests, or not any more."""

    FORM = "n7:{chosen}{code}"
    code: Annotated[str, Written("[A-Za-z.-]{1,24}")]
    chosen: Flag
