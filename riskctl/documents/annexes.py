"""附件 bound in with an official letter: each on a new page before the 版记 (GB/T 9704-2012, 7.3.7).

Plain data: {"title", "columns": [{"label", "width"}], "rows": [[text, …]]}; widths in mm, 156 in all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from riskctl.documents.titles import balanced


def laid_out(annexes: Sequence[Mapping[str, Any]], listed: int) -> list[dict[str, Any]]:
    """What the template shows of each: 附件 with its number where 附件说明 lists several, title, table."""
    return [
        {
            "label": f"附件{number}" if listed > 1 else "附件",
            "title": annex["title"],
            "title_lines": balanced(annex["title"]),
            "columns": annex["columns"],
            "rows": annex["rows"],
        }
        for number, annex in enumerate(annexes, 1)
    ]
