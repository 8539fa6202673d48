"""A port of this machine where nobody should ever call."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """Yield the port, and everybody who called."""
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def accept() -> None:
            while not over.is_set():
                try:
                    connection, caller = server.accept()
                except TimeoutError:
                    continue
                connection.close()
                callers.append(caller)

        waiting = threading.Thread(target=accept)
        waiting.start()
        try:
            yield server.getsockname()[1], callers
        finally:
            over.set()
            waiting.join()
