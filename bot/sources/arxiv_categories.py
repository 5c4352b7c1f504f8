"""Searches the categories of arXiv by code, name and other words for a field, and counts papers."""

from collections import Counter
from collections.abc import Iterable

from bot.sources import name_search
from recommender.categories import NAMES as NAMES  # noqa: PLC0414 - those who search here name them too

# What readers call a field, and which categories that is, the most fitting first.
SYNONYMS = """
cs.RO robot, embodied AI, manipulation, grasping, autonomous driving, drone, SLAM
cs.CL NLP, natural language processing, LLM, large language model, linguistics, translation, text
cs.CV vision, image recognition, object detection, segmentation, video, image generation
eess.AS speech, speech recognition, audio, TTS, ASR, speaker recognition
cs.SD speech, audio, music, sound generation, acoustics
cs.LG deep learning, neural network, ML, reinforcement learning, RL, representation learning
stat.ML deep learning, ML, Bayesian learning, kernel methods
cs.AI AI, planning, reasoning, agent, knowledge graph
cs.MA multi-agent, agent, swarm
cs.IR recommender system, recommendation, search engine, retrieval
cs.CR privacy, attack, cybersecurity, encryption
cs.HC HCI, user interface, UX, accessibility, visualization
cs.SE programming, code generation, testing, software
cs.PL compiler, type system
cs.AR chip, FPGA, accelerator, GPU hardware
cs.DC distributed systems, cloud, HPC, GPU
cs.NE spiking neural network, genetic algorithm, neuromorphic
cs.NI wireless network, 5G, IoT
cs.CY AI ethics, fairness, policy, education
cs.SI social network, social media, graph mining
cs.GR rendering, animation, 3D
cs.GT auction, mechanism design
cs.DB SQL, data management
cs.IT coding theory
cs.CC complexity theory
cs.DS algorithm
eess.IV medical imaging, image processing, compression
eess.SP radar, sensor, EEG, ECG
eess.SY control theory, power system
q-bio.NC neuroscience, brain, cognition
q-bio.BM protein, protein folding, drug discovery, molecule
q-bio.GN genetics, DNA, RNA, bioinformatics
q-bio.QM bioinformatics, computational biology, biology
q-bio.PE epidemiology, ecology, evolution
q-fin.ST finance, stock
q-fin.TR trading
math.OC optimisation, convex optimization
math.PR stochastic process
math.ST mathematical statistics
math.NA numerical methods, PDE solver, scientific computing
stat.ME causal inference, statistics
stat.AP statistics, applied statistics
econ.EM economics, causal inference
physics.med-ph medical imaging, radiotherapy, MRI
physics.ao-ph climate, weather
physics.geo-ph seismology, earthquake
physics.chem-ph chemistry
physics.comp-ph molecular dynamics
cond-mat.mtrl-sci materials, materials discovery
quant-ph quantum computing, quantum machine learning
astro-ph.IM astronomy
astro-ph.GA astronomy, galaxy
"""


def _lines(table: str) -> dict[str, str]:
    """Return what stands after the code in each line of a table."""
    lines = [line.partition(" ") for line in table.strip().splitlines()]

    return {code: text for code, _, text in lines}


# Where the number of papers in any category stands among the counts.
TOTAL = ""

CODES = {code.casefold(): code for code in NAMES}

# The names under which each category is found.
WORDS = {
    code: [NAMES[code], *_lines(SYNONYMS).get(code, "").split(", ")]
    for code in NAMES
}


def count(categories: Iterable[tuple[str, ...]]) -> Counter[str]:
    """Count the papers in each category of arXiv, and those in any of them as `TOTAL`.

    Many papers have the same categories, so each combination is read once.
    """
    counts: Counter[str] = Counter()
    for combination, papers in Counter(categories).items():
        codes = {code for code in combination if code in NAMES}
        counts.update(dict.fromkeys(codes, papers))
        if codes:
            counts[TOTAL] += papers

    return counts


def name(code: str) -> str:
    """Return what a category is called, or "" if arXiv has none with this code."""
    return NAMES.get(exact(code) or "", "")


def exact(code: str) -> str | None:
    """Return a code as arXiv writes it, whatever its case, or None if it has none."""
    return CODES.get(code.strip().casefold())


def search(words: str) -> list[str]:
    """Return the codes of the categories that words name, best first.

    The words are a code, the beginning of codes such as "q-bio", a name or another word for
    the field.
    """
    code = exact(words)
    if code is not None:
        return [code]

    archive = words.strip().rstrip(".*").casefold()
    members = [
        code for code in NAMES if code.casefold().startswith(f"{archive}.")
    ]
    return members or name_search.ranked(words, WORDS)
