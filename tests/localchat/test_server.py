"""The local server's own socket."""

import socket

from bot.sandbox.localchat.server import ChatServer


def test_small_answers_do_not_wait_for_more_to_send() -> None:
    """Asyncio turns Nagle's algorithm off only for a socket that names its protocol."""
    with ChatServer("1:a-token") as server:
        protocol = server._socket.proto

    assert protocol == socket.IPPROTO_TCP
