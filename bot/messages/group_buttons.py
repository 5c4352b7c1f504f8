"""The buttons of groups: under their cards, in their settings, and under posts to approve."""

from dataclasses import dataclass
from typing import Annotated

from bot.messages.button_codec import Button, Written
from bot.messages.button_fields import Number, Value

# A row of the database whose number stands beside other fields.
Row = Annotated[int, Written(r"\d{1,12}", int)]


@dataclass(frozen=True)
class Vote(Button):
    """Vote on a group's pick; the same vote again takes it back."""

    FORM = "y1:{pick_id}:{value}"
    pick_id: Number
    value: Value


@dataclass(frozen=True)
class KeepPick(Button):
    """Save a group's pick in the list of whoever presses."""

    FORM = "y3:{pick_id}"
    pick_id: Number


@dataclass(frozen=True)
class OpenPick(Button):
    """Open a group's pick in the private chat of whoever presses."""

    FORM = "y4:{pick_id}"
    pick_id: Number


@dataclass(frozen=True)
class GroupSearchPage(Button):
    """Show a page of a search in a group."""

    FORM = "y5:{search_id}:{page}"
    search_id: Number
    page: Annotated[int, Written(r"\d{1,3}", int)]


@dataclass(frozen=True)
class GroupSetting(Button):
    """Set a setting of a group to a value; without one, open it. `all` shows them all."""

    FORM = "u1:{group_id}:{name}[:{value}]"
    group_id: Row
    name: Annotated[str, Written("[a-z]{1,10}")]
    value: Annotated[str, Written(r"[\w/+:-]{1,32}")] = ""


@dataclass(frozen=True)
class DropGroupTopic(Button):
    """Remove a topic of a group."""

    FORM = "u2:{group_id}:{topic_id}"
    group_id: Row
    topic_id: Number


@dataclass(frozen=True)
class DecidePost(Button):
    """Decide about a post: `s` send it, `k` skip it, `w` swap the paper of a rank."""

    FORM = "u3:{delivery_id}:{decision}[{rank}]"
    delivery_id: Row
    decision: Annotated[str, Written("[skw]")]
    rank: Annotated[int, Written(r"\d{1,2}", int)] = 0


@dataclass(frozen=True)
class GroupList(Button):
    """Show the groups whose admin somebody is."""

    FORM = "u4"
