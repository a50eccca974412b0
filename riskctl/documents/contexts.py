"""The plain data of a document, its text as the signer reads it, and the digest that freezes both."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from riskctl.documents.texts import Paragraph, paragraphs
from riskctl.documents.wording import official_date


class Problem(TypedDict):
    """One problem in the office's wording."""

    title: str
    verbatim: str


class Supervised(TypedDict):
    """How far one problem has come when it is urged; `owed` says what the unit owes since `due`."""

    title: str
    code: str
    due: str
    owed: str
    overdue: int


class Warned(TypedDict):
    """What was seen at a risk point, and the colour of the warning."""

    title: str
    code: str
    level: str
    colour: str
    facts: str


class Basis(TypedDict, total=False):
    """One clause on which the notice rests."""

    document: str
    number: str
    clause: str
    text: str


class NoticeContext(TypedDict):
    """What every document has; JSON only, days in ISO form. `number` is empty in a draft. The facts of its
    kind (services/document_facts) stand beside it, and from signing on the `paragraphs` of its body."""

    kind: str
    head: str
    issuer: str
    number: str
    title: str
    main_to: str
    found_on: str
    source: str
    problems: list[Problem]
    supervised: NotRequired[list[Supervised]]
    warned: NotRequired[Warned]
    basis: list[Basis]
    requirement: str
    acceptance_standard: str
    reopen_reason: str
    plan_term: int
    rectify_due: str
    enclosures: list[str]
    # What is bound in before the 版记; documents/annexes.py says of what it consists.
    annexes: NotRequired[list[dict[str, Any]]]
    issued_on: str
    copy_to: str
    printed_by: str
    contact: str
    phone: str
    verify_url: str
    verification_code: str
    paragraphs: NotRequired[list[Paragraph]]


def digest(context: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the context, as hex; what signing freezes."""
    text = json.dumps(context, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def frozen_text(context: Mapping[str, Any]) -> str:
    """The letter as plain text: what the signer signed."""
    lines = [context["number"], context["title"], f"{context['main_to']}："]
    lines += [paragraph["text"] for paragraph in paragraphs(context)]
    return "\n".join([*lines, context["issuer"], official_date(context["issued_on"])])
