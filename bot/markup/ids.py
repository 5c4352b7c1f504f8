"""Finds the arXiv ids in a text, in any spelling and inside any address."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from recommender.papers import ARXIV_ID, arxiv_id, to_ascii

ID = ARXIV_ID.pattern

# Sites that show papers of arXiv. Those with "arxiv" in their address need no mention.
OTHERS = r"alphaxiv|scirate|ar5iv|xxx\.lanl\.gov|emergentmind\.com|hf-mirror\.com/papers"
OTHERS += r"|(?:huggingface|hf)\.co/papers"
ADDRESS = rf"(?:arxiv|{OTHERS})[^\s<>\"']{{0,200}}?[/:=.-](?P<addressed>{ID})"

KIND = r"(?:id|identifier|preprint|e-?print|number|no|paper)"
SPOKEN = rf"\barxiv[\s:.\#_\[(-]{{0,5}}(?:{KIND}[\s:.]{{1,3}}){{0,2}}(?P<spoken>{ID})"
DBLP = r"\bcorr/abs-(?P<month>\d{4})-(?P<number>\d{4,5})(?!\d)"
NAMED = re.compile(rf"{SPOKEN}|{ADDRESS}|{DBLP}", re.IGNORECASE)
ALONE = re.compile(rf"\W*({ID})(?:v\d+)?\W*", re.IGNORECASE)

# A volume of CoRR, as bibliographies cite a paper of arXiv.
VOLUME = re.compile(rf"\babs/({ID})", re.IGNORECASE)


def named(text: str) -> list[str]:
    """Return the ids that a text marks as arXiv's, each once, in order.

    The address of a paper may stand inside another one, as a parameter.
    """
    plain = to_ascii(unquote(unquote(text)))

    return list(dict.fromkeys(name for _, name in places(plain)))


def places(plain: str) -> Iterator[tuple[int, str]]:
    """Yield the ids that a plain text marks as arXiv's, each with its place."""
    for match in NAMED.finditer(plain):
        arxiv_id = _id_of(match)
        if arxiv_id:
            yield match.start(), arxiv_id


def alone(text: str) -> list[str]:
    """Return the ids of a text, or none if there is anything else in it."""
    arxiv_ids: dict[str, None] = {}
    for word in re.split(r"[\s,;]+", to_ascii(text).strip(" ,;")):
        match = ALONE.fullmatch(word)
        word_id = arxiv_id(match[1]) if match else None
        if not word_id:
            return []
        arxiv_ids[word_id] = None

    return list(arxiv_ids)


def cited(text: str) -> str | None:
    """Return the id in a field of a record, or None if it has none."""
    marked_ids = named(text)
    if marked_ids:
        return marked_ids[0]

    match = re.match(rf"(?:{ID})", to_ascii(text), re.IGNORECASE)
    if match is None and "://" not in text:
        match = VOLUME.search(to_ascii(text))

    return arxiv_id(match[0]) if match else None


def _id_of(match: re.Match[str]) -> str | None:
    if match["month"]:
        return f"{match['month']}.{match['number']}"
    return arxiv_id(match["spoken"] or match["addressed"])
