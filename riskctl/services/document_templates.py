"""The wording of a document that is in force."""

from riskctl.documents import texts


def source(kind: str) -> str:
    """The text template of an official letter, by its code."""
    return texts.builtin(kind)
