"""The arXiv papers that a text names, by whatever address or spelling."""

import re
from urllib.parse import unquote

from recommender.papers import ARXIV_ID, arxiv_id, to_ascii

ID = ARXIV_ID.pattern
# arXiv itself and its mirrors have it in their address; these others show its papers too.
OTHERS = r"alphaxiv|scirate|ar5iv|xxx\.lanl\.gov|emergentmind\.com|hf-mirror\.com/papers"
OTHERS += r"|(?:huggingface|hf)\.co/papers"
ADDRESS = rf"(?:arxiv|{OTHERS})[^\s<>\"']{{0,200}}?[/:=.-](?P<addressed>{ID})"
KIND = r"(?:id|identifier|preprint|e-?print|number|no|paper)"
SPOKEN = rf"\barxiv[\s:.\#_\[(-]{{0,5}}(?:{KIND}[\s:.]{{1,3}}){{0,2}}(?P<spoken>{ID})"
DBLP = r"\bcorr/abs-(?P<month>\d{4})-(?P<number>\d{4,5})(?!\d)"
NAMED = re.compile(rf"{SPOKEN}|{ADDRESS}|{DBLP}", re.IGNORECASE)
ALONE = re.compile(rf"\W*({ID})(?:v\d+)?\W*", re.IGNORECASE)
VOLUME = re.compile(
    rf"\babs/({ID})", re.IGNORECASE
)  # of CoRR, as bibliographies cite it


def ids(text: str) -> list[str]:
    """Return the ids that a text holds alone, or names as arXiv's."""
    return alone(text) or named(text)


def named(text: str) -> list[str]:
    """Return the ids that a text names as arXiv's, each once, in order.

    An address may stand inside another one, as a parameter.
    """
    plain = to_ascii(unquote(unquote(text)))
    found = (_id(match) for match in NAMED.finditer(plain))
    return list(dict.fromkeys(known for known in found if known))


def alone(text: str) -> list[str]:
    """Return the ids of a text that holds nothing else; none where it does."""
    words = [
        ALONE.fullmatch(word)
        for word in re.split(r"[\s,;]+", to_ascii(text).strip(" ,;"))
    ]
    found = [arxiv_id(word[1]) if word else None for word in words]
    return (
        list(dict.fromkeys(known for known in found if known))
        if all(found)
        else []
    )


def cited(text: str) -> str | None:
    """Return the id that a field of a record is, or names."""
    found = re.match(rf"(?:{ID})", to_ascii(text), re.IGNORECASE)
    if not found:
        found = VOLUME.search(to_ascii(text)) if "://" not in text else None
    return next(iter(named(text)), None) or (
        arxiv_id(found[0]) if found else None
    )


def _id(match: re.Match[str]) -> str | None:
    if match["month"]:
        return f"{match['month']}.{match['number']}"
    return arxiv_id(match["spoken"] or match["addressed"])
