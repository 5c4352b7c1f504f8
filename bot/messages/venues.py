"""Tells by its venue how a paper appeared: in a journal, at a conference, or not yet."""

import re
from typing import Literal

from recommender.papers import Paper

Kind = Literal["article", "proceedings", "preprint"]

# The names of conferences; all other venues are journals.
PROCEEDINGS = re.compile(
    r"\b(?:proceedings|proc\.|conference|conf\.|workshops?|symposium|congress|colloquium"
    r"|findings of|meeting of the association|advances in neural information"
    r"|NeurIPS|NIPS|ICML|ICLR|AAAI|IJCAI|UAI|AISTATS|COLT|CoRL|RSS|ICRA|IROS|CVPR|ICCV"
    r"|ECCV|WACV|BMVC|ACL|EMNLP|NAACL|EACL|COLING|CoNLL|INTERSPEECH|ICASSP|KDD|SIGIR"
    r"|WWW|WSDM|CIKM|RecSys|CHI)\b(?! ?(?:letters|trans))",
    re.IGNORECASE,
)
# Proceedings of the National Academy of Sciences, of the IEEE, of the Royal Society.
JOURNALS = re.compile(
    r"\b(?:national academy|proceedings of the ieee$|royal society|machine learning research"
    r"|acm on |vldb endowment)",
    re.IGNORECASE,
)


def kind(paper: Paper) -> Kind:
    """Return how a paper appeared, as far as its venue and its DOI tell."""
    if paper.venue and not JOURNALS.search(paper.venue):
        is_proceedings = PROCEEDINGS.search(paper.venue) is not None
        return "proceedings" if is_proceedings else "article"

    return "article" if paper.venue or paper.doi else "preprint"
