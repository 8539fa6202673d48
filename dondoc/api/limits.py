"""How often a token may call: so many times in a window, counted in this process.

Time is that of the machine's monotonic clock: a clock that is pinned, or set, opens no window.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock

from dondoc.api.problems import ProblemError
from engine.clock import elapsed

#: Calls of one token in a window of so many seconds.
MOST, WINDOW = 600, 60
#: Tokens that are counted at a time; beyond it whoever called longest ago is forgotten.
_TOKENS = 10_000


@dataclass(slots=True)
class _Window:
    until: float
    left: int


class Meter:
    """Counts the calls of each token."""

    def __init__(
        self, *, most: int = MOST, window: int = WINDOW, elapsed: Callable[[], float] = elapsed
    ) -> None:
        """Let everybody call `most` times in `window` seconds."""
        self._most, self._window, self._elapsed = most, window, elapsed
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._lock = Lock()

    def count(self, token: str) -> Mapping[str, str]:
        """Count a call and return the headers that say what is left.

        Raises:
            ProblemError: nothing was left; 429, with the seconds to wait.
        """
        with self._lock:
            now = self._elapsed()
            found = self._windows.pop(token, None)
            if found is None or found.until <= now:
                found = _Window(until=now + self._window, left=self._most)
            self._windows[token] = found
            if len(self._windows) > _TOKENS:
                self._windows.popitem(last=False)
            seconds, is_over = max(1, round(found.until - now)), found.left == 0
            found.left = max(0, found.left - 1)
            headers = self._told(found.left, seconds)
        if is_over:
            words = (f"Hãy gọi lại sau {seconds} giây.", f"Call again in {seconds} seconds.")
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", words,
                headers={**headers, "Retry-After": str(seconds)},
            )  # fmt: skip
        return headers

    def _told(self, left: int, seconds: int) -> Mapping[str, str]:
        return {
            "RateLimit-Policy": f'"token";q={self._most};w={self._window}',
            "RateLimit": f'"token";r={left};t={seconds}',
        }
