"""What a card shows of a paper beside its title, joined from all that its sources say."""

from bot.storage.tables import PaperRow
from recommender.papers import Paper

# The origin of a gist that the operator's language model wrote.
MODEL = "model"


def update(row: PaperRow, paper: Paper) -> None:
    """Set what a source says; what it does not say stays, and a source's gist beats a model's."""
    if paper.gist and (paper.gist_source != MODEL or not row.gist):
        row.gist = paper.gist
        row.gist_source = paper.gist_source

    row.organization = paper.organization or row.organization
    row.thumbnail = paper.thumbnail or row.thumbnail
    # Their number grows: the latest one holds.
    if paper.stars is not None:
        row.stars = paper.stars
