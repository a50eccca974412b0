"""What every route of a single record shares: its id, its version, its answer."""

from typing import Any

from flask import Response, jsonify, request

from riskctl.errors import VersionMissing
from riskctl.schemas.base import MAX_ID


def version_of_request() -> int:
    """The version that If-Match names, raises VersionMissing without it; what is no version of ours is
    nobody's, so that it reads as stale."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionMissing("修改须带 If-Match 头，值为读取记录时的 ETag", code="no_if_match")
    text = given.removeprefix("W/").strip('"')
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else -1


def checked_id(record_id: int) -> int:
    """An id that a database can hold; a larger one belongs to no record."""
    return record_id if record_id <= MAX_ID else 0


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """A single record with its ETag."""
    response = jsonify(body)
    response.status_code = status
    response.headers["ETag"] = f'"{body["version"]}"'
    return response
