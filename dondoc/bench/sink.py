"""A mail server in a process of its own that takes everything and keeps nothing.

It speaks just enough SMTP for a courier, and reads line by line, as servers do.
"""

import asyncio
import multiprocessing
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final

HOST: Final = "127.0.0.1"

_READY: Final = b"220 sink.test ESMTP\r\n"
_HELLO: Final = b"250-sink.test\r\n250 8BITMIME\r\n"
_DONE: Final = b"250 2.0.0 ok\r\n"
_GO_ON: Final = b"354 go on\r\n"
_BYE: Final = b"221 2.0.0 bye\r\n"
_DOT: Final = b".\r\n"
_WAIT_SECONDS: Final = 30


@contextmanager
def sink() -> Iterator[int]:
    """Start the server and give its port; end it afterwards.

    Raises:
        TimeoutError: it did not start.
    """
    # Spawned, not forked: a forked child would hold the parent's sockets and locks.
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    child = context.Process(target=_serve, args=(its,), daemon=True)
    child.start()
    try:
        if not ours.poll(_WAIT_SECONDS):
            message = "the mail server of the measurement did not start"
            raise TimeoutError(message)
        yield int(ours.recv())
    finally:
        child.terminate()
        child.join()
        for end in (ours, its):
            end.close()


def _serve(parent: Connection) -> None:
    asyncio.run(_listen(parent))


async def _listen(parent: Connection) -> None:
    server = await asyncio.start_server(_speak, HOST, 0)
    parent.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _speak(reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(_READY)
    while said := await reader.readline():
        verb = said[:4].upper()
        if verb == b"DATA":
            writer.write(_GO_ON)
            while await reader.readline() not in (_DOT, b""):
                pass
        writer.write({b"EHLO": _HELLO, b"QUIT": _BYE}.get(verb, _DONE))
        if verb == b"QUIT":
            break
    writer.close()
