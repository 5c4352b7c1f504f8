"""A group of three people for tests: the lab, where the bot posts and everybody votes."""

from dataclasses import dataclass
from datetime import timedelta

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import groups
from bot.storage.groups import Group as StoredGroup
from tests.e2e.talk import Talk, buttons

WEEKEND = (5, 6)


@dataclass
class Lab:
    """A group, the bot in it, and its people: Ada set it up, Bo and Cy have not started."""

    talk: Talk
    chat: Group
    ada: Person
    bo: Person
    cy: Person

    @property
    def stored(self) -> StoredGroup:
        """The group as it is stored."""
        group = groups.find(self.talk.database, self.chat.id)
        assert group is not None
        return group

    @property
    def posts(self) -> list[Message]:
        """What the bot wrote in the group."""
        return [message for message in self.chat.messages if message.by_bot]

    @property
    def cards(self) -> list[Message]:
        """The papers that the bot posted."""
        return [post for post in self.posts if "🔖" in buttons(post)]

    async def deliver(self) -> list[Message]:
        """Let the next day's papers come; return their cards."""
        before = len(self.cards)
        clock = self.talk.clock
        # Papers wait two hours after nine for a list that does not answer.
        noon = clock().replace(hour=11, minute=30)
        clock.now = noon if clock() < noon else noon + timedelta(days=1)
        while clock().weekday() in WEEKEND:
            clock.forward(days=1)
        await self.talk.deliver()
        return self.cards[before:]

    async def says(
        self,
        person: Person,
        text: str,
        *,
        thread_id: int | None = None,
        anonymous: bool = False,
    ) -> Message:
        """Write in the group; return the bot's answer."""
        question = person.write_in(
            self.chat, text, thread_id=thread_id, anonymous=anonymous
        )

        def answer() -> Message | None:
            answers = [p for p in self.posts if p.reply_to == question.id]
            return answers[0] if answers else None

        return await person.wait_until(answer, 20)

    async def votes(self, person: Person, card: Message, thumb: str) -> str:
        """Press a thumb under a card as it is now; return the toast."""
        now = next(m for m in self.chat.messages if m.id == card.id)
        label = next(text for text in buttons(now) if text.startswith(thumb))
        toast = await person.answer_to(person.press_in(self.chat, now, label))
        return toast.text

    async def shows(
        self, card: Message, *labels: str, seconds: float = 30
    ) -> None:
        """Wait until a card has buttons with these labels."""

        def is_shown() -> bool | None:
            now = next(m for m in self.chat.messages if m.id == card.id)
            return set(labels) <= set(buttons(now)) or None

        await self.ada.wait_until(is_shown, seconds)


async def lab_of(
    talk: Talk, *, kind: str = "supergroup", is_forum: bool = False
) -> Lab:
    """Return a group to which Ada, a reader, added the bot."""
    ada = await talk.started("Ada")
    bo, cy = talk.person("Bo"), talk.person("Cy")
    chat = talk.server.group("Lab", kind=kind, is_forum=is_forum)
    chat.add(ada, "creator")
    for person in (bo, cy):
        chat.add(person, "member")
    lab = Lab(talk, chat, ada, bo, cy)
    is_channel = kind == "channel"
    chat.add_bot(by=ada, status="administrator" if is_channel else "member")
    if not is_channel:
        await ada.wait_until(lambda: lab.posts or None, 20)
    return lab
