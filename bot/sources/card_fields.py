"""Parsers for what a card shows beside a title: gist, organization, code, stars, picture."""

import re

from bot.sources import addresses, fields
from recommender import gist as rule

# Characters of a gist. Those of Hugging Face have 200, and a longer one is an abstract.
LONGEST_GIST = 500
SHORTEST_GIST = 20

# Characters of the name of an organization.
LONGEST_NAME = 80

# A name on the public internet: no number, no port, no letters that look like others.
PLAIN_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")

# Where Hugging Face keeps pictures.
PICTURE_HOSTS = {
    "cdn-thumbnails.huggingface.co",
    "cdn-uploads.huggingface.co",
}


def gist(value: object) -> str:
    """Return a paper's summary in a sentence, or "" for what can't be one.

    Of a summary as long as an abstract it is the sentence that says what was done.
    """
    sentence = fields.prose(value)
    if len(sentence) > LONGEST_GIST:
        sentence = rule.sentence("", sentence)

    return sentence if SHORTEST_GIST <= len(sentence) <= LONGEST_GIST else ""


def organization(*values: object) -> str:
    """Return the first name among values: each a string, or Hugging Face's object."""
    for value in values:
        names = [value]
        if isinstance(value, dict):
            names = [value.get("fullname"), value.get("name")]

        for name in map(fields.prose, names):
            if 0 < len(name) <= LONGEST_NAME:
                return name
    return ""


def code(value: object) -> str:
    """Return the address of a paper's code, or "" if none can be followed safely."""
    return secure_address(value)


def picture(value: object) -> str:
    """Return the address of a picture that Hugging Face keeps, or ""."""
    address = secure_address(value)
    host = address.removeprefix("https://").partition("/")[0]

    return address if host in PICTURE_HOSTS else ""


def secure_address(value: object) -> str:
    """Return an https address of a plain host as it is asked for, or ""."""
    url = addresses.parse(fields.text(value))
    if url is None or url.scheme != "https" or url.port is not None:
        return ""

    return str(url) if PLAIN_HOST.fullmatch(url.host) else ""
