"""Recognises papers that were withdrawn by their authors or by arXiv."""

import re
from collections.abc import Iterable, Iterator

from recommender.papers import Paper

WORK = r"(?:paper|article|submission|manuscript|preprint|work|version|draft|note|report|document)"
GONE = r"(?:withdrawn|retracted)"
BEGINNING = re.compile(
    rf"\W*(?:withdrawn\b(?!\s+from)|(?:this|the|our)\s+(?:arxiv\s+)?{WORK}\s+"
    rf"(?:has\s+been|have\s+been|was|is(?:\s+being|\s+now)?|had\s+to\s+be)\s+"
    rf"(?:(?:now|hereby|temporarily|voluntarily|officially)\s+)?(?:{GONE}|removed\s+by\s+arxiv)"
    rf"|(?:this\s+|the\s+)?{WORK}\s+{GONE}\b"
    rf"|(?:the\s+)?(?:authors?|arxiv\s+admin\w*)\s+(?:has\s+|have\s+)?(?:{GONE}|withdrew|removed)\s+"
    rf"(?:this|the|their)\s+(?:\w+\s+)?{WORK})",
    re.IGNORECASE,
)
# A comment is about the paper alone, unless it says from where something is withdrawn.
COMMENT = re.compile(
    rf"\b{GONE}\b(?!\s+from\b)|\bremoved\s+by\s+arxiv", re.IGNORECASE
)
TITLE = re.compile(
    rf"^\W*(?:{GONE})\s*[\])}}:]|[\[({{]\s*{GONE}\s*[\])}}]\W*$", re.IGNORECASE
)


def without_withdrawn(papers: Iterable[Paper]) -> Iterator[Paper]:
    """Yield the papers that were not withdrawn."""
    for paper in papers:
        if not is_withdrawn(paper.title, paper.abstract):
            yield paper


def is_withdrawn(title: str, abstract: str, comment: str = "") -> bool:
    """Return whether the texts of a paper say that it was withdrawn."""
    if TITLE.search(title) or COMMENT.search(comment):
        return True

    return BEGINNING.match(abstract) is not None
