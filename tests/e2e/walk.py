"""Walks through all that a reader can open, and remembers every word on the way."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.messages import replies, translation
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from tests.e2e.talk import Talk

# What a reader types beside the commands.
TYPED = [
    "/picks",
    "/topics add diffusion models",
    "/topics mute medical imaging",
    "/topics add underwater basket weaving",
    "/topics remove surveys",
    "/search diffusion",
    "/search qwertyzxcv",
    "/follow Gina Graph",
    "/saved quantum",
    "/pick",
    "/qwertz",
    "graph networks",
    "https://example.org/nothing",
    "https://arxiv.org/abs/9912.99999",
]
# Buttons that end the walk.
LAST = {"forget", "stop"}
# Buttons pressed under one message, and how deep the walk goes.
MOST_BUTTONS = 24
DEPTH = 2


@dataclass
class Walk:
    """One person's walk, and all texts that the bot showed on it."""

    talk: Talk
    person: Person
    texts: set[str] = field(default_factory=set)
    _pressed: set[tuple[str, str]] = field(default_factory=set)

    async def everything(self) -> set[str]:
        """Send each command and press what it offers; return the texts of the bot."""
        commands = [
            f"/{name}"
            for name, _ in replies.commands(translation.of("en"))
            if name not in LAST
        ]
        for text in [*TYPED, *commands, *(f"/{name}" for name in sorted(LAST))]:
            await self._say(text)
        self._remember()
        return self.texts

    async def _say(self, text: str) -> None:
        self.talk.clock.forward(seconds=3)
        question = self.person.write(text)
        with contextlib.suppress(TimeoutError):
            answer = await self.person.wait_for(
                lambda message: message.id > question.id, 20
            )
            self._remember()
            if text.removeprefix("/") not in LAST:
                await self._press(answer, DEPTH)

    async def _press(self, message: Message, depth: int) -> None:
        """Press the buttons of a message, and those of what they lead to."""
        for label, data in list(_buttons(message))[:MOST_BUTTONS]:
            kind = data[:2]
            if (kind, label) in self._pressed or depth == 0:
                continue
            self._pressed.add((kind, label))
            # Thirty updates a minute are what one person may send.
            self.talk.clock.forward(seconds=3)
            press = self.person.press_data(message.id, data)
            with contextlib.suppress(TimeoutError):
                await self.person.answer_to(press, 20)
            self._remember()
            for newer in self.person.messages:
                if newer.by_bot and newer.id >= message.id:
                    await self._press(newer, depth - 1)

    def _remember(self) -> None:
        for message in self.person.messages:
            if message.by_bot:
                self.texts.add(message.text)
                self.texts |= {label for label, _ in _buttons(message)}
        self.texts |= {toast.text for toast in self.person.toasts}


def _buttons(message: Message) -> Iterator[tuple[str, str]]:
    for row in message.keyboard or ():
        for button in row:
            if button.data:
                yield button.text, button.data
