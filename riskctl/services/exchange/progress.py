"""How far an import is, for the page that waits for it.

The import is one transaction, so that nobody sees its rows before its end; and the page may be answered by
another process. So the count stands in a small file, which goes when the import ends.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from riskctl.config import Settings


def _file(upload_id: int) -> Path:
    settings: Settings = current_app.extensions["riskctl.settings"]
    return settings.data_dir / f"import-{upload_id}.progress"


@contextmanager
def noted(upload_id: int) -> Iterator[Callable[[int, int], None]]:
    """Says how many rows of how many are written."""
    file = _file(upload_id)

    def note(done: int, total: int) -> None:
        file.write_text(f"{done} {total}", encoding="ascii")

    note(0, 0)
    try:
        yield note
    finally:
        file.unlink(missing_ok=True)


def seen(upload_id: int) -> tuple[int, int]:
    """Rows written and rows to write; (0, 0) while the file is read, and when nothing runs."""
    try:
        done, total = _file(upload_id).read_text(encoding="ascii").split()
    except (FileNotFoundError, ValueError):
        return 0, 0
    return int(done), int(total)
