"""What stands below the titles of papers: gists, abstracts or both, in words and on buttons."""

from bot.messages.translation import Translation

# The forms, in the order in which they are offered.
TEXTS = ("gist", "both", "abstract")


def name(t: Translation, text: str) -> str:
    """Return what a form is called on its button."""
    names = {
        "gist": t.gettext("Gist"),
        "both": t.gettext("Gist and abstract"),
        "abstract": t.gettext("Abstract"),
    }
    return names[text]


def description(t: Translation, text: str) -> str:
    """Return what a form shows, as a line of the settings."""
    descriptions = {
        "gist": t.gettext("Each in one sentence; the abstract is behind ⋯"),
        "both": t.gettext("Each in one sentence, the abstract folded below"),
        "abstract": t.gettext("Each with its abstract, folded"),
    }
    return descriptions[text]
