"""The subjects of bioRxiv and medRxiv, and a search among them."""

from bot.sources import biorxiv, name_search

BIORXIV = """
animal behavior and cognition
biochemistry
bioengineering
bioinformatics
biophysics
cancer biology
cell biology
clinical trials
developmental biology
ecology
epidemiology
evolutionary biology
genetics
genomics
immunology
microbiology
molecular biology
neuroscience
paleontology
pathology
pharmacology and toxicology
physiology
plant biology
scientific communication and education
synthetic biology
systems biology
zoology
"""

MEDRXIV = """
addiction medicine
allergy and immunology
anesthesia
cardiovascular medicine
dentistry and oral medicine
dermatology
emergency medicine
endocrinology
epidemiology
forensic medicine
gastroenterology
genetic and genomic medicine
geriatric medicine
health economics
health informatics
health policy
health systems and quality improvement
hematology
hiv aids
infectious diseases
intensive care and critical care medicine
medical education
medical ethics
nephrology
neurology
nursing
nutrition
obstetrics and gynecology
occupational and environmental health
oncology
ophthalmology
orthopedics
otolaryngology
pain medicine
palliative medicine
pathology
pediatrics
pharmacology and therapeutics
primary care research
psychiatry and clinical psychology
public and global health
radiology and imaging
rehabilitation medicine and physical therapy
respiratory medicine
rheumatology
sexual and reproductive health
sports medicine
surgery
toxicology
transplantation
urology
"""

# What readers call a subject.
SYNONYMS = {
    "neuroscience": ("brain", "neurons", "cognition", "neurobiology"),
    "animal behavior and cognition": ("animal behaviour", "ethology"),
    "bioinformatics": ("computational biology", "sequence analysis"),
    "genomics": ("DNA", "RNA", "sequencing"),
    "biochemistry": ("protein", "enzymes"),
    "biophysics": ("protein structure", "molecular dynamics"),
    "synthetic biology": ("protein design",),
    "cancer biology": ("tumor", "tumour", "oncology"),
    "evolutionary biology": ("evolution",),
    "plant biology": ("botany",),
    "health informatics": ("medical AI", "electronic health records"),
    "radiology and imaging": ("medical imaging", "MRI", "CT"),
    "infectious diseases": ("COVID", "virus", "infection"),
    "hiv aids": ("HIV/AIDS",),
    "oncology": ("cancer", "tumor", "tumour"),
    "cardiovascular medicine": ("heart", "cardiology"),
    "psychiatry and clinical psychology": ("mental health", "depression"),
    "hematology": ("haematology", "blood"),
    "pediatrics": ("paediatrics", "children"),
    "anesthesia": ("anaesthesia",),
    "orthopedics": ("orthopaedics",),
    "neurology": ("brain", "stroke", "dementia"),
    "endocrinology": ("diabetes", "metabolic disease"),
    "respiratory medicine": ("lung", "pulmonology"),
    "nephrology": ("kidney",),
}

# The subjects of each server, as its API writes them.
SUBJECTS = {
    biorxiv.BIORXIV: tuple(BIORXIV.strip().splitlines()),
    biorxiv.MEDRXIV: tuple(MEDRXIV.strip().splitlines()),
}


def search(server: str, words: str) -> list[str]:
    """Return the subjects of a server that words name, best first."""
    names = {
        subject: [subject, *SYNONYMS.get(subject, ())]
        for subject in SUBJECTS[server]
    }
    return name_search.ranked(words, names)
