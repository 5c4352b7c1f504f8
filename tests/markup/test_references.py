"""Which papers a text refers to, whoever publishes them and however it is written."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import dois, references
from bot.markup.references import Reference

HASH = "204e3073870fae3d05bcbc2f6a8e263d9b72e776"


def names(text: str) -> list[str]:
    return [reference.text for reference in references.of_text(text)]


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("doi:10.1145/3292500.3330701.", "10.1145/3292500.3330701"),
        (
            "(DOI 10.1016/S0140-6736(20)30183-5)",
            "10.1016/s0140-6736(20)30183-5",
        ),
        (
            "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
            "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o",
        ),
        (
            "<https://doi.org/10.1002/(SICI)1096-8644(199601)99:1%3C1::AID-AJPA1%3E3.0.CO;2-1>",
            "10.1002/(sici)1096-8644(199601)99:1<1::aid-ajpa1>3.0.co;2-1",
        ),
        ("https://doi.org/10.1162/tacl_a_00349", "10.1162/tacl_a_00349"),
        ("http://dx.doi.org/10.1162/TACL_a_00349?x=1", "10.1162/tacl_a_00349"),
        (
            "[paper](https://doi.org/10.1016/S0140-6736(20)30183-5)",
            "10.1016/s0140-6736(20)30183-5",
        ),
        ("[10.1145/1.2](https://doi.org/10.1145/1.2)", "10.1145/1.2"),
        (
            "https://t.me/iv?url=https%3A%2F%2Fdoi.org%2F10.1145%2F1.2&rhash=0",
            "10.1145/1.2",
        ),
        (
            "https://www.nature.com/articles/s41586-021-03819-2.pdf",
            "10.1038/s41586-021-03819-2",
        ),
        (
            "nature.com/articles/nature14539#Abs1 is a classic",
            "10.1038/nature14539",
        ),
        (
            "https://www.nature.com/articles/s41586-021-03819-2/figures/1",
            "10.1038/s41586-021-03819-2",
        ),
        (
            "https://www.science.org/doi/10.1126/science.aar6404",
            "10.1126/science.aar6404",
        ),
        (
            "https://www.science.org/doi/pdf/10.1126/science.aar6404?download=true",
            "10.1126/science.aar6404",
        ),
        (
            "https://www.pnas.org/doi/full/10.1073/pnas.2016239118",
            "10.1073/pnas.2016239118",
        ),
        (
            "https://dl.acm.org/doi/abs/10.1145/3292500.3330701",
            "10.1145/3292500.3330701",
        ),
        (
            "https://onlinelibrary.wiley.com/doi/epdf/10.1111/cgf.14505",
            "10.1111/cgf.14505",
        ),
        (
            "https://link.springer.com/article/10.1007/s11263-015-0816-y#Sec3",
            "10.1007/s11263-015-0816-y",
        ),
        (
            "https://link.springer.com/content/pdf/10.1007/s11263-015-0816-y.pdf",
            "10.1007/s11263-015-0816-y",
        ),
        (
            "https://link.springer.com/chapter/10.1007/978-3-319-24574-4_28",
            "10.1007/978-3-319-24574-4_28",
        ),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000217&type=printable",
            "10.1371/journal.pone.0000217",
        ),
        (
            "https://www.frontiersin.org/articles/10.3389/fnins.2020.00123/full",
            "10.3389/fnins.2020.00123",
        ),
        (
            "https://iopscience.iop.org/article/10.1088/1742-5468/ac3a74/meta",
            "10.1088/1742-5468/ac3a74",
        ),
        (
            "https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.1.2",
            "10.1103/physrevlett.1.2",
        ),
        (
            "https://academic.oup.com/bioinformatics/article/doi/10.1093/bioinformatics/btab083/6128492",
            "10.1093/bioinformatics/btab083",
        ),
        ("https://elifesciences.org/articles/12345", "10.7554/elife.12345"),
        (
            "https://www.biorxiv.org/content/10.1101/2021.10.04.463034v2.full.pdf+html",
            "10.1101/2021.10.04.463034",
        ),
        (
            "https://www.biorxiv.org/content/10.1101/2021.10.04.463034v1",
            "10.1101/2021.10.04.463034",
        ),
        (
            "https://www.biorxiv.org/content/10.64898/2025.12.03.692001v1.full",
            "10.64898/2025.12.03.692001",
        ),
        (
            "https://www.biorxiv.org/content/early/2018/01/02/123456",
            "10.1101/123456",
        ),
        (
            "biorxiv.org/content/biorxiv/early/2020/01/05/2020.01.03.123456.full.pdf",
            "10.1101/2020.01.03.123456",
        ),
        (
            "https://www.medrxiv.org/content/10.1101/2020.03.22.20040832v1.abstract",
            "10.1101/2020.03.22.20040832",
        ),
        (
            "https://www.biorxiv.org/cgi/content/short/2020.01.03.123456v1",
            "10.1101/2020.01.03.123456",
        ),
        ("https://doi.org/10.18653/v1/N19-1423", "10.18653/v1/n19-1423"),
        (
            "https://api.semanticscholar.org/graph/v1/paper/DOI:10.1145/1.2",
            "10.1145/1.2",
        ),
        ("https://example.org/doi/10.1000/full", "10.1000/full"),
    ],
)
def test_a_doi_is_found_bare_and_in_every_publisher_s_address(
    text: str, doi: str
) -> None:
    assert names(text) == [f"doi:{doi}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://openreview.net/forum?id=YicbFdNTTy", "openreview:YicbFdNTTy"),
        ("https://openreview.net/pdf?id=H1-nGgWC-.", "openreview:H1-nGgWC-"),
        (
            "https://openreview.net/forum?referrer=%5Bthe%20page%5D(/x)&id=YicbFdNTTy",
            "openreview:YicbFdNTTy",
        ),
        (
            "https://openreview.net/forum?id=YicbFdNTTy&noteId=abcdefghij",
            "openreview:YicbFdNTTy",
        ),
        (
            "https://openreview.net/attachment?id=YicbFdNTTy&name=pdf",
            "openreview:YicbFdNTTy",
        ),
        ("https://aclanthology.org/2023.acl-long.1/", "acl:2023.acl-long.1"),
        (
            "https://aclanthology.org/2023.acl-long.1.pdf,",
            "acl:2023.acl-long.1",
        ),
        (
            "https://aclanthology.org/2023.findings-emnlp.12v2.pdf",
            "acl:2023.findings-emnlp.12",
        ),
        ("https://aclanthology.org/2023.acl-long.1.bib", "acl:2023.acl-long.1"),
        ("https://aclanthology.org/P19-1001", "acl:P19-1001"),
        ("https://www.aclweb.org/anthology/p19-1001.pdf", "acl:P19-1001"),
        (
            "https://www.aclweb.org/anthology/papers/P/P19/P19-1001/",
            "acl:P19-1001",
        ),
        (
            f"https://www.semanticscholar.org/paper/Attention-Is-All/{HASH}",
            f"semanticscholar:{HASH}",
        ),
        (
            f"https://www.semanticscholar.org/paper/{HASH}?sort=x#cited",
            f"semanticscholar:{HASH}",
        ),
        (
            f"https://www.semanticscholar.org/reader/{HASH}",
            f"semanticscholar:{HASH}",
        ),
        (
            "https://api.semanticscholar.org/CorpusID:13756489",
            "semanticscholar:CorpusID:13756489",
        ),
        ("https://api.semanticscholar.org/arXiv:1706.03762", "1706.03762"),
        ("https://doi.org/10.48550/arXiv.1706.03762", "1706.03762"),
    ],
)
def test_the_address_of_a_paper_elsewhere_names_it_by_its_id_there(
    text: str, expected: str
) -> None:
    assert names(f"see {text} please") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "https://openreview.net/group?id=ICLR.cc/2024/Conference",
        "https://openreview.net/profile?id=~Ada_Lovelace1",
        "https://aclanthology.org/venues/acl/",
        "https://aclanthology.org/volumes/2023.acl-long/",
        "https://www.semanticscholar.org/author/Ada/1234567",
        "https://www.sciencedirect.com/science/article/pii/S0893608023001234",
        "https://pubmed.ncbi.nlm.nih.gov/12345678/",
        "https://example.org/blog/2023-01-02-grasping",
        "https://www.nature.com/subjects/robotics",
        "the ratio was 10.5/3 and 10.1/2",
        "P19-1001 and 2023.acl-long.1",
        "we met on 2401.00001 once",
        "",
    ],
)
def test_a_text_without_the_id_of_a_paper_names_none(text: str) -> None:
    assert names(text) == []


def test_kinds_mix_in_the_order_of_the_text_and_a_paper_counts_once() -> None:
    text = (
        "Read https://openreview.net/forum?id=YicbFdNTTy, 10.1145/1.2, "
        "https://arxiv.org/abs/1706.03762v5 (https://doi.org/10.48550/arXiv.1706.03762), "
        "https://aclanthology.org/N19-1423 and doi.org/10.1145/1.2"
    )

    assert names(text) == [
        "openreview:YicbFdNTTy",
        "doi:10.1145/1.2",
        "1706.03762",
        "acl:N19-1423",
    ]


def test_bare_ids_of_several_kinds_are_read_without_a_word_about_them() -> None:
    assert names("1706.03762 10.1145/1.2;cs/0112017") == [
        "1706.03762",
        "doi:10.1145/1.2",
        "cs/0112017",
    ]
    assert names("10.1145/1.2,10.1145/3.4") == [
        "doi:10.1145/1.2",
        "doi:10.1145/3.4",
    ]


def test_an_endless_id_is_none() -> None:
    assert names("https://doi.org/10.1145/" + "a" * 400) == []


def test_no_address_takes_long_to_read() -> None:
    begin = process_time()

    dois.named("https://doi.org/10.1101/" + ".pdf" * 10_000 + "x")

    assert process_time() - begin < 1


@pytest.mark.parametrize(
    "reference",
    [
        Reference("arxiv", "1706.03762"),
        Reference("arxiv", "math/0309136"),
        Reference("doi", "10.1002/(sici)1:2-3"),
        Reference("semanticscholar", "CorpusID:13756489"),
    ],
)
def test_a_reference_is_read_back_from_its_text(reference: Reference) -> None:
    assert references.parse(reference.text) == reference


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for reference in references.of_text(text):
        assert reference.kind in references.KINDS
        assert len(reference.text) <= references.LONGEST
