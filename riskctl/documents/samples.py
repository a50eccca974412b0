"""Sample data of every document, made from demo data by scripts/samples: for those who keep the templates and
see no case."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "documents" / "samples"


@lru_cache(maxsize=64)
def sample(kind: str) -> dict[str, Any]:
    """An example of all data that the document's template may use."""
    found: dict[str, Any] = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    return found
