"""How often one address may ask what anybody may ask; counted in the worker's memory, so per worker.

It keeps one machine from trying codes by the thousand; a front server limits what reaches us at all.
"""

from collections import deque
from threading import Lock

from flask import request

from riskctl import clock
from riskctl.errors import TooManyAttempts

_WINDOW = 60
# Addresses that are remembered at once; the oldest are forgotten first.
_MOST = 2000
_lock = Lock()
_seen: dict[tuple[str, str], deque[float]] = {}


def throttle(what: str, most: int) -> None:
    """Count one request of this address; raises TooManyAttempts beyond `most` in a minute."""
    now, key = clock.now().timestamp(), (what, request.remote_addr or "")
    with _lock:
        times = _seen.pop(key, deque())
        while times and times[0] <= now - _WINDOW:
            times.popleft()
        full = len(times) >= most
        if not full:
            times.append(now)
        _seen[key] = times  # last among those remembered
        while len(_seen) > _MOST:
            del _seen[next(iter(_seen))]
    if full:
        raise TooManyAttempts("核验过于频繁，请一分钟后再试", code="throttled")
