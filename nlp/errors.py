"""The library's errors: one root, few kinds. Each message is Chinese, names the object and says the next step."""

from __future__ import annotations


class MinyiError(Exception):
    """Root of every deliberate error. `str(error)` is one Chinese line fit to be shown to a clerk."""


class KnowledgeError(MinyiError):
    """Taxonomy, departments, policy or dictionary are faulty. `faults` lists every one of them."""

    def __init__(self, message: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class TrainingDataError(MinyiError):
    """The labelled rows cannot make a model (one theme, nothing left after cleaning, …)."""


class ArtifactError(MinyiError):
    """A model version is missing, incomplete, altered, or of another schema."""


class InputFileError(MinyiError):
    """A file of rows cannot be read, or lacks a column that is needed."""
