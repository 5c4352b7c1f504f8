"""All categories of arXiv by code and name, and a search among them."""

from collections import Counter
from collections.abc import Iterable

from bot.sources import name_search

TABLE = """
cs.AI Artificial Intelligence
cs.AR Hardware Architecture
cs.CC Computational Complexity
cs.CE Computational Engineering, Finance, and Science
cs.CG Computational Geometry
cs.CL Computation and Language
cs.CR Cryptography and Security
cs.CV Computer Vision and Pattern Recognition
cs.CY Computers and Society
cs.DB Databases
cs.DC Distributed, Parallel, and Cluster Computing
cs.DL Digital Libraries
cs.DM Discrete Mathematics
cs.DS Data Structures and Algorithms
cs.ET Emerging Technologies
cs.FL Formal Languages and Automata Theory
cs.GL General Literature
cs.GR Graphics
cs.GT Computer Science and Game Theory
cs.HC Human-Computer Interaction
cs.IR Information Retrieval
cs.IT Information Theory
cs.LG Machine Learning
cs.LO Logic in Computer Science
cs.MA Multiagent Systems
cs.MM Multimedia
cs.MS Mathematical Software
cs.NA Numerical Analysis
cs.NE Neural and Evolutionary Computing
cs.NI Networking and Internet Architecture
cs.OH Other Computer Science
cs.OS Operating Systems
cs.PF Performance
cs.PL Programming Languages
cs.RO Robotics
cs.SC Symbolic Computation
cs.SD Sound
cs.SE Software Engineering
cs.SI Social and Information Networks
cs.SY Systems and Control
econ.EM Econometrics
econ.GN General Economics
econ.TH Theoretical Economics
eess.AS Audio and Speech Processing
eess.IV Image and Video Processing
eess.SP Signal Processing
eess.SY Systems and Control
math.AC Commutative Algebra
math.AG Algebraic Geometry
math.AP Analysis of PDEs
math.AT Algebraic Topology
math.CA Classical Analysis and ODEs
math.CO Combinatorics
math.CT Category Theory
math.CV Complex Variables
math.DG Differential Geometry
math.DS Dynamical Systems
math.FA Functional Analysis
math.GM General Mathematics
math.GN General Topology
math.GR Group Theory
math.GT Geometric Topology
math.HO History and Overview
math.IT Information Theory
math.KT K-Theory and Homology
math.LO Logic
math.MG Metric Geometry
math.MP Mathematical Physics
math.NA Numerical Analysis
math.NT Number Theory
math.OA Operator Algebras
math.OC Optimization and Control
math.PR Probability
math.QA Quantum Algebra
math.RA Rings and Algebras
math.RT Representation Theory
math.SG Symplectic Geometry
math.SP Spectral Theory
math.ST Statistics Theory
astro-ph.CO Cosmology and Nongalactic Astrophysics
astro-ph.EP Earth and Planetary Astrophysics
astro-ph.GA Astrophysics of Galaxies
astro-ph.HE High Energy Astrophysical Phenomena
astro-ph.IM Instrumentation and Methods for Astrophysics
astro-ph.SR Solar and Stellar Astrophysics
cond-mat.dis-nn Disordered Systems and Neural Networks
cond-mat.mes-hall Mesoscale and Nanoscale Physics
cond-mat.mtrl-sci Materials Science
cond-mat.other Other Condensed Matter
cond-mat.quant-gas Quantum Gases
cond-mat.soft Soft Condensed Matter
cond-mat.stat-mech Statistical Mechanics
cond-mat.str-el Strongly Correlated Electrons
cond-mat.supr-con Superconductivity
gr-qc General Relativity and Quantum Cosmology
hep-ex High Energy Physics - Experiment
hep-lat High Energy Physics - Lattice
hep-ph High Energy Physics - Phenomenology
hep-th High Energy Physics - Theory
math-ph Mathematical Physics
nlin.AO Adaptation and Self-Organizing Systems
nlin.CD Chaotic Dynamics
nlin.CG Cellular Automata and Lattice Gases
nlin.PS Pattern Formation and Solitons
nlin.SI Exactly Solvable and Integrable Systems
nucl-ex Nuclear Experiment
nucl-th Nuclear Theory
physics.acc-ph Accelerator Physics
physics.ao-ph Atmospheric and Oceanic Physics
physics.app-ph Applied Physics
physics.atm-clus Atomic and Molecular Clusters
physics.atom-ph Atomic Physics
physics.bio-ph Biological Physics
physics.chem-ph Chemical Physics
physics.class-ph Classical Physics
physics.comp-ph Computational Physics
physics.data-an Data Analysis, Statistics and Probability
physics.ed-ph Physics Education
physics.flu-dyn Fluid Dynamics
physics.gen-ph General Physics
physics.geo-ph Geophysics
physics.hist-ph History and Philosophy of Physics
physics.ins-det Instrumentation and Detectors
physics.med-ph Medical Physics
physics.optics Optics
physics.plasm-ph Plasma Physics
physics.pop-ph Popular Physics
physics.soc-ph Physics and Society
physics.space-ph Space Physics
quant-ph Quantum Physics
q-bio.BM Biomolecules
q-bio.CB Cell Behavior
q-bio.GN Genomics
q-bio.MN Molecular Networks
q-bio.NC Neurons and Cognition
q-bio.OT Other Quantitative Biology
q-bio.PE Populations and Evolution
q-bio.QM Quantitative Methods
q-bio.SC Subcellular Processes
q-bio.TO Tissues and Organs
q-fin.CP Computational Finance
q-fin.EC Economics
q-fin.GN General Finance
q-fin.MF Mathematical Finance
q-fin.PM Portfolio Management
q-fin.PR Pricing of Securities
q-fin.RM Risk Management
q-fin.ST Statistical Finance
q-fin.TR Trading and Market Microstructure
stat.AP Statistics Applications
stat.CO Computational Statistics
stat.ME Statistics Methodology
stat.ML Machine Learning
stat.OT Other Statistics
stat.TH Statistics Theory
"""

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


NAMES = _lines(TABLE)

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
