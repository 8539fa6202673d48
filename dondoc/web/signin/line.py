"""A line before what costs memory and time: whoever waits in it keeps no thread from a page.

Hashing a password takes a tenth of a second and 64 MiB. A morning's worth of people come at once;
were each to wait in a thread of his own, nobody could open a page until the last one is in.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Depends, FastAPI, Request, Response

from dondoc.passwords import AT_ONCE
from dondoc.web.failures import Mistake
from dondoc.web.signin.posted import Posted
from dondoc.web.visit import Visit

#: Nobody waits longer than a browser or a person has patience: some ten seconds on a slow machine.
_MOST_WAITING = 60
_AGAIN_SECONDS = 10


class Line:
    """Lets so many in at a time; some more wait, in the order in which they came."""

    def __init__(self, *, at_once: int = AT_ONCE, most_waiting: int = _MOST_WAITING) -> None:
        """Begin with nobody there."""
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self._inside = 0
        self._waiting: deque[Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Wait for a turn and have it while the block lasts; False where too many wait already."""
        if not await self._came_in():
            yield False
            return
        try:
            yield True
        finally:
            self._leave()

    async def _came_in(self) -> bool:
        with self._lock:
            if self._inside < self._at_once:
                self._inside += 1
                return True
            if len(self._waiting) >= self._most_waiting:
                return False
            # Not asyncio's own: requests of several loops may stand in one line.
            place: Future[None] = Future()
            self._waiting.append(place)
        try:
            await asyncio.wrap_future(place)
        except asyncio.CancelledError:
            if not place.cancel():
                # It was his turn already; the next one is not to wait for him.
                self._leave()
            raise
        return True

    def _leave(self) -> None:
        with self._lock:
            while self._waiting:
                place = self._waiting.popleft()
                if place.set_running_or_notify_cancel():
                    place.set_result(None)
                    return
            self._inside -= 1


def line_of(web: FastAPI) -> Line:
    """Return the line before the passwords of an application."""
    found: Line | None = getattr(web.state, "line", None)
    if found is None:
        found = web.state.line = Line()
    return found


async def _turn(request: Request, _form: Posted) -> AsyncIterator[bool]:
    # Only with the whole form there: nobody is to stand in the line with half of one.
    async with line_of(request.app).turn() as is_granted:
        yield is_granted


#: Whether a route that judges or keeps a password may do so now; it ends with the route.
Turn: TypeAlias = Annotated[bool, Depends(_turn, scope="function")]


def too_many(visit: Visit) -> tuple[Mistake, ...]:
    """Return what to say to whom no turn was given."""
    words = visit._("Nhiều người đang đăng nhập cùng lúc; hãy thử lại sau ít giây.")
    return (Mistake(field="", words=words),)


def later(response: Response) -> Response:
    """Return the page that was filled in, as the answer that it is too early."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(_AGAIN_SECONDS)
    return response
