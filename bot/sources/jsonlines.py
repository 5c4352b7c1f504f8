"""Papers from JSON rows: our own exports, public data sets, or Hugging Face's raw answers."""

from datetime import date

from bot.sources import arxiv, fields, huggingface
from recommender.papers import Paper


def paper_from(row: object, today: date) -> Paper | None:
    """Return one row as a paper, None where it has no title; `today` dates a row without a day."""
    if not isinstance(row, dict):
        return None
    if "paper" in row or "summary" in row:
        return huggingface.paper_from(row, today)
    title = fields.prose(row.get("title"))
    if not title:
        return None
    day = fields.day(row.get("day")) or fields.day(row.get("submitted"))
    arxiv_id, published = (
        fields.arxiv(row.get("id")),
        fields.moment(row.get("published")),
    )
    return Paper(
        title=title,
        listed=day or fields.listed(arxiv_id, published, today),
        source=_source(row),
        abstract=fields.prose(row.get("abstract")),
        arxiv_id=arxiv_id,
        authors=fields.names(row.get("authors")),
        categories=fields.texts(row.get("categories")),
        keywords=fields.keywords(row.get("ai_keywords")),
        published=published,
        upvotes=fields.count(row.get("upvotes")),
        links=fields.links(
            {"code": row.get("github"), "project": row.get("project")}
        ),
    )


def _source(row: dict[str, object]) -> str:
    """Tell where a row comes from by what only one source counts or names."""
    if fields.count(row.get("upvotes")) is not None:
        return huggingface.SOURCE
    return arxiv.SOURCE if fields.texts(row.get("categories")) else "file"
