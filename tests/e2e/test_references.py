"""Links to papers outside of arXiv become likes too, or are declined by name."""

from datetime import timedelta

import pytest

from bot.handlers import links
from bot.jobs import ticks
from bot.storage import counts, papers
from tests.e2e.talk import Talk, buttons, says, taps
from tests.lookups import Sources, sources

__all__ = ["sources"]

JOURNAL = "10.1145/3292500.3330701"
PREPRINT = "10.1101/2026.10.04.463034"


async def test_links_of_every_kind_in_one_message_are_likes(
    talk: Talk, sources: Sources
) -> None:
    sources.add("crossref", JOURNAL, "From a journal")
    sources.add("biorxiv", PREPRINT, "From bioRxiv")
    sources.add("openreview", "YicbFdNTTy", "From OpenReview")
    sources.add("acl", "N19-1423", "From the Anthology")
    sources.add("semanticscholar", "CorpusID:137", "From Semantic Scholar")
    ada = await talk.started("Ada")

    liked = await says(
        ada,
        f"https://dl.acm.org/doi/pdf/{JOURNAL}?download=true "
        f"https://www.biorxiv.org/content/{PREPRINT}v2.full.pdf+html "
        "https://openreview.net/forum?id=YicbFdNTTy "
        "https://aclanthology.org/N19-1423.pdf "
        f"https://api.semanticscholar.org/CorpusID:137 and doi:{JOURNAL}",
    )
    undone = await taps(ada, liked, "↩ Undo 👍 3")

    assert "1 · From a journal\n2 · From bioRxiv\n3 · From OpenReview" in (
        liked.text
    )
    assert "4 · From the Anthology\n5 · From Semantic Scholar" in liked.text
    assert "3 · From OpenReview · undone" in undone.text
    assert counts.count(talk.database).likes == 4
    assert {entity.url for entity in liked.entities} >= {
        f"https://doi.org/{JOURNAL}",
        "https://openreview.net/forum?id=YicbFdNTTy",
    }


async def test_two_names_of_one_paper_are_one_like(
    talk: Talk, sources: Sources
) -> None:
    sources.add("crossref", JOURNAL, "Ignored", arxiv_id="2611.88888")
    sources.add("huggingface", "2611.88888", "One paper", arxiv_id="2611.88888")
    ada = await talk.started("Ada")

    liked = await says(
        ada, f"https://arxiv.org/abs/2611.88888 https://doi.org/{JOURNAL}", 20
    )

    assert counts.count(talk.database).likes == 1
    assert buttons(liked) == ["↩ Undo 👍"]


async def test_what_no_source_knows_is_declined_by_name_and_is_no_topic(
    talk: Talk, sources: Sources
) -> None:
    ada = await talk.started("Ada")

    doi = await says(ada, "10.1234/x")
    review = await says(ada, "https://openreview.net/forum?id=AbCdEfGhIj")

    assert "Crossref knows no paper 10.1234/x" in doi.text
    assert "OpenReview knows no paper AbCdEfGhIj" in review.text
    assert buttons(doi) == buttons(review) == []
    assert talk.topics(ada) == []


async def test_what_is_out_of_reach_is_told_when_its_source_answers(
    talk: Talk, sources: Sources
) -> None:
    sources.fail("crossref", retry_after=timedelta(minutes=10))
    sources.add("crossref", JOURNAL, "Late but here")
    ada = await talk.started("Ada")

    promise = await says(ada, f"https://doi.org/{JOURNAL}")
    talk.clock.forward(minutes=6)
    await ticks.look_up(talk.runtime, talk.bot)
    sources.down.clear()
    talk.clock.forward(minutes=21)
    await ticks.look_up(talk.runtime, talk.bot)
    answer = await ada.wait_for(lambda message: "Late but" in message.text)

    assert f"the paper {JOURNAL} right now. I'll look it up" in promise.text
    assert "👍 noted" in answer.text
    # Nobody asked it while it was to be left alone.
    assert len(sources.asked) == 2


@pytest.mark.parametrize(
    "link",
    [
        "https://www.sciencedirect.com/science/article/pii/S089360802300123",
        "https://pubmed.ncbi.nlm.nih.gov/12345678/",
        "https://lab.example.org/papers/grasping.pdf",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://openreview.net/group?id=ICLR.cc/2026/Conference",
    ],
)
async def test_a_link_to_any_other_site_is_answered_by_what_works(
    talk: Talk, sources: Sources, link: str
) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, link)

    assert "I understand links to arXiv" in answer.text
    assert sources.asked == []


async def test_a_paper_brought_by_a_link_is_searched_by_its_doi_and_is_no_pick(
    talk: Talk, sources: Sources
) -> None:
    sources.add("crossref", JOURNAL, "A robot arm of a journal")
    ada = await talk.started("Ada")
    await says(ada, f"https://doi.org/{JOURNAL}")

    results = await says(ada, f"/search https://doi.org/{JOURNAL}")
    unknown = await says(ada, "/search 10.1234/x")

    assert "A robot arm of a journal" in results.text
    assert "I don't have 10.1234/x yet" in unknown.text
    [stored] = papers.by_dois(talk.database, [JOURNAL]).values()
    assert stored.lists == {}


async def test_twenty_links_are_read_whatever_their_kind(
    talk: Talk, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "AT_ONCE", 2)
    ada = await talk.started("Ada")

    answer = await says(ada, "10.1234/a 10.1234/b 10.1234/c")

    assert "first 2 links" in answer.text
    assert "10.1234/b" in answer.text
    assert "10.1234/c" not in answer.text
