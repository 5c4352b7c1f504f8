"""bioRxiv and medRxiv: their subjects."""

from collections.abc import Mapping

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "biorxiv": (
        "animal behavior and cognition",
        "biochemistry",
        "bioengineering",
        "bioinformatics",
        "biophysics",
        "cancer biology",
        "cell biology",
        "developmental biology",
        "ecology",
        "evolutionary biology",
        "genetics",
        "genomics",
        "immunology",
        "microbiology",
        "molecular biology",
        "neuroscience",
        "paleontology",
        "pathology",
        "pharmacology and toxicology",
        "physiology",
        "plant biology",
        "scientific communication and education",
        "synthetic biology",
        "systems biology",
        "zoology",
    ),
    "medrxiv": (
        "cardiovascular medicine",
        "endocrinology (including diabetes mellitus and metabolic disease)",
        "epidemiology",
        "health informatics",
        "infectious diseases (except hiv/aids)",
        "neurology",
        "oncology",
        "psychiatry and clinical psychology",
        "radiology and imaging",
    ),
}


def search(server: str, words: str) -> list[str]:
    """Return the subjects of a server that some words mean, the best first."""
    stems = {word[:6] for word in words.casefold().split()}
    return [
        subject
        for subject in SUBJECTS[server]
        if stems & {word[:6] for word in subject.split()}
    ]
