"""The local server's own socket."""

import socket

from bot.sandbox.localchat.server import ChatServer


def test_small_answers_do_not_wait_for_more_to_send() -> None:
    """asyncio turns Nagle's waiting off only for a socket that names its protocol."""
    with ChatServer("1:a-token") as server:
        named = server._socket.proto

    assert named == socket.IPPROTO_TCP
