"""Members of a group or channel, spelled as the Bot API's `ChatMember`."""

from bot.sandbox.localchat.messages import Json, User

ADMIN_STATUSES = frozenset({"creator", "administrator"})
# Who reads and writes in a group.
PRESENT_STATUSES = ADMIN_STATUSES | {"member", "restricted"}

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
)
_WITHHELD_PERMISSIONS = (
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_edit_tag",
    "can_react_to_messages",
)


def member_json(
    user: User, status: str, kind: str, *, can_send: bool = True
) -> Json:
    """Return the `ChatMember` of a chat of this kind.

    Without `can_send` an admin of a channel may not post, and a restricted member of a
    group may not write.
    """
    member: Json = {"user": user.as_json(), "status": status}
    if status == "creator":
        member |= {"is_anonymous": False}
    elif status == "administrator":
        member |= _administrator_rights(kind, can_send)
    elif status == "restricted":
        member |= _permissions(can_send)
    elif status == "kicked":
        member |= {"until_date": 0}
    return member


def _administrator_rights(kind: str, can_send: bool) -> Json:
    rights: Json = dict.fromkeys(_ADMIN_RIGHTS, True)
    rights |= {
        "can_be_edited": False,
        "is_anonymous": False,
        "can_promote_members": False,
    }
    if kind == "channel":
        return rights | {
            "can_post_messages": can_send,
            "can_edit_messages": can_send,
        }
    return rights | {"can_pin_messages": True, "can_manage_topics": False}


def _permissions(can_send: bool) -> Json:
    return {
        "is_member": True,
        "until_date": 0,
        **dict.fromkeys(_PERMISSIONS, can_send),
        **dict.fromkeys(_WITHHELD_PERMISSIONS, False),
    }
