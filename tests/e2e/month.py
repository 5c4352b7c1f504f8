"""Three people, and what each morning of their month brings them."""

from collections import defaultdict
from dataclasses import dataclass, field

from bot.jobs import delivery
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
    """Three people, and which picks each of them has seen so far; `gets` are due every weekday."""

    talk: Talk
    ada: Person
    bo: Person
    cy: Person
    gets: list[Person]
    picks: dict[int, list[Message]] = field(
        default_factory=lambda: defaultdict(list)
    )
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> list[Person]:
        return [self.ada, self.bo, self.cy]

    async def arrive(self, seed: int) -> None:
        """Let papers come in, and the features know them."""
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
        """See one message come to each who wants picks, and none at a weekend or to others."""
        today, before = (
            self.talk.clock().date(),
            [len(p.messages) for p in self.people],
        )
        gets = self.gets if today.weekday() < 5 else []

        sent = await delivery.deliver(self.talk.runtime, self.talk.bot)

        assert sent == len(gets)
        for person, many in zip(self.people, before, strict=True):
            new = person.messages[many:]
            assert len(new) == (person in gets)
            assert all(
                m.text.startswith(f"{today:%A}, {today.day} {today:%B} · ")
                for m in new
            )
            self.picks[person.id] += new

    def latest(self, person: Person) -> Message:
        """Return somebody's last picks as they stand now."""
        return next(
            m for m in person.messages if m.id == self.picks[person.id][-1].id
        )

    def titles(self, text: str) -> list[str]:
        """Return the titles of the papers that a message shows, in its order."""
        shown = [title for title in self.fields if f"{title}\n" in text]
        return sorted(shown, key=lambda title: text.index(f"{title}\n"))

    def seen(self, person: Person) -> list[str]:
        """Return the titles of all the picks that somebody saw."""
        return [
            title
            for shown in self.picks[person.id]
            for title in self.titles(shown.text)
        ]

    def share(self, person: Person, wanted: str) -> float:
        """Return which part of somebody's picks were of a field."""
        fields = [self.fields[title] for title in self.seen(person)]
        return fields.count(wanted) / len(fields)
