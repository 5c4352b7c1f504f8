"""Papers from JSON rows: own exports, public data sets and Hugging Face's answers."""

from datetime import date

from bot.sources import arxiv, card_fields, fields, huggingface
from recommender.papers import Paper


def paper_from(row: object, today: date) -> Paper | None:
    """Return a row as a paper, or None if it has no title.

    `today` dates a row without any date.
    """
    if not isinstance(row, dict):
        return None
    if "paper" in row or "summary" in row:
        return huggingface.paper_from(row, today)

    title = fields.prose(row.get("title"))
    if not title:
        return None

    day = fields.day(row.get("day")) or fields.day(row.get("submitted"))
    arxiv_id = fields.arxiv(row.get("id"))
    published = fields.moment(row.get("published"))
    gist = card_fields.gist(row.get("ai_summary"))

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
            {
                "code": card_fields.code(row.get("github")),
                "project": row.get("project"),
            }
        ),
        gist=gist,
        gist_source=huggingface.SOURCE if gist else "",
        organization=card_fields.organization(row.get("org")),
        stars=fields.count(row.get("stars")),
        thumbnail=card_fields.picture(row.get("thumbnail")),
    )


def _source(row: dict[str, object]) -> str:
    """Return the source of a row, by the fields that only one source has."""
    if fields.count(row.get("upvotes")) is not None:
        return huggingface.SOURCE
    if fields.texts(row.get("categories")):
        return arxiv.SOURCE

    return "file"
