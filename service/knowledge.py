"""The office's editable knowledge, read from one folder: taxonomy, departments, policy, dictionary, stop words, corpus."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from nlp.dictionary import load_stopwords, load_words
from nlp.policy import Policy, load_policy
from nlp.segment import UserWord
from nlp.taxonomy import Taxonomy, load_taxonomy
from service.folders import shipped_data
from service.ledger_columns import LEDGER, Ledgers, load_ledgers
from service.profile import PROFILE, Profile, load_profile

TAXONOMY = "taxonomy.toml"
DEPARTMENTS = "departments.toml"
POLICY = "policy.toml"
DICTIONARY = "dictionary.txt"
STOPWORDS = "stopwords.txt"
CORPUS = "corpus"
ACCUSATIONS = "accusations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What the office knows, checked."""

    folder: Path
    taxonomy: Taxonomy
    policy: Policy
    words: tuple[UserWord, ...]
    unspoken: frozenset[str]
    profile: Profile
    ledgers: Ledgers


def load_knowledge(folder: Path) -> Knowledge:
    """Read and check a knowledge folder.

    Raises:
        KnowledgeError: something is faulty; its `faults` name every fault with code and file:key.
    """
    return Knowledge(
        folder=folder,
        taxonomy=load_taxonomy(folder / TAXONOMY, folder / DEPARTMENTS),
        policy=load_policy(folder / POLICY),
        words=load_words(folder / DICTIONARY),
        unspoken=load_stopwords(folder / STOPWORDS),
        profile=load_profile(folder / PROFILE),
        ledgers=load_ledgers(own_or_shipped(folder, LEDGER)),
    )


def shipped_ledgers() -> Ledgers:
    """Give the columns of the 台账 that came with the program."""
    return load_ledgers(shipped_data() / LEDGER)


def own_or_shipped(folder: Path, name: str) -> Path:
    """Give a file or folder of a knowledge folder, or the shipped one where it has none."""
    return folder / name if (folder / name).exists() else shipped_data() / name


def training_files(folder: Path) -> list[Path]:
    """List the corpus files that a default model is trained on; the held-out part is not among them."""
    return sorted((folder / CORPUS).glob("train-*.csv"))


def training_hash(folder: Path) -> str:
    """Hash everything in a knowledge folder that a default model depends on; 12 hex digits."""
    digest = hashlib.sha256()
    files = [folder / TAXONOMY, folder / DICTIONARY, folder / POLICY, *training_files(folder)]
    for path in [*files, *sorted((folder / ACCUSATIONS).glob("train*.csv"))]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
