"""A month of three readers: papers that arrive, and picks on every weekday morning."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.picks import fitting
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import papers
from tests.corpus import field_of, library
from tests.e2e.talk import Talk

# A week's papers of each field: one who reads five a day must not run out of their own.
MORE_THAN_READ = 30


@dataclass
class Month:
    """Three readers, and their picks so far; `subscribers` get some every weekday."""

    talk: Talk
    ada: Person
    bo: Person
    cy: Person
    subscribers: list[Person]
    picks: dict[int, list[Message]] = field(
        default_factory=lambda: defaultdict(list)
    )
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> list[Person]:
        return [self.ada, self.bo, self.cy]

    async def arrive(self, seed: int) -> None:
        """Store new papers and give them features."""
        runtime = self.talk.runtime
        papers.store(
            runtime.database,
            library(
                runtime.clock().date(),
                per_field=MORE_THAN_READ,
                days=5,
                seed=seed,
            ),
        )
        fitting.refresh(runtime.database, runtime.clock())
        await runtime.reload()
        self.fields |= {
            paper.title: field_of(paper) for paper in runtime.catalogue.papers
        }

    async def morning(self) -> None:
        """Deliver picks: one message to each subscriber, to nobody else, and none at a weekend."""
        today = self.talk.clock().date()
        before = [len(person.messages) for person in self.people]
        due = self.subscribers if today.weekday() < 5 else []
        # On Fridays the week is summed up.
        n_each = 2 if today.weekday() == 4 else 1

        sent = await self.talk.deliver()

        assert sent == n_each * len(due)
        for person, n_before in zip(self.people, before, strict=True):
            new, week = split_week(person.messages[n_before:])
            assert len(new) == (person in due)
            assert len(week) == (person in due) * (n_each - 1)
            assert all(
                m.text.startswith(f"{today:%A}, {today.day} {today:%B} · ")
                for m in new
            )
            self.picks[person.id] += new

    def latest(self, person: Person) -> Message:
        """Return the current state of a person's last picks."""
        return next(
            m for m in person.messages if m.id == self.picks[person.id][-1].id
        )

    def titles(self, text: str) -> list[str]:
        """Return the titles of the papers that a message shows, in its order."""
        titles = [title for title in self.fields if f"{title}\n" in text]
        return sorted(titles, key=lambda title: text.index(f"{title}\n"))

    def seen(self, person: Person) -> list[str]:
        """Return the titles of all picks that a person saw."""
        return [
            title
            for message in self.picks[person.id]
            for title in self.titles(message.text)
        ]

    def share(self, person: Person, field: str) -> float:
        """Return the share of a field in all picks of a person."""
        fields = [self.fields[title] for title in self.seen(person)]
        return fields.count(field) / len(fields)


def split_week(
    messages: Sequence[Message],
) -> tuple[list[Message], list[Message]]:
    """Return the picks among some messages, and the sums of weeks."""
    weeks = [m for m in messages if m.text.startswith("Your week, ")]
    return [m for m in messages if m not in weeks], weeks
