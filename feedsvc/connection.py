"""One client of the server: what it has sent of its next request, and has not taken of its answer."""

import errno
import re
import socket
from collections import deque
from collections.abc import Iterator
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders

MAX_HEAD_BYTES = 32 * 1024
"""Of a head, as nginx has it (`large_client_header_buffers`); times the connections it bounds memory."""

# A bare line feed never comes to be a head: gunicorn's parser refuses it, and there is nothing to wait for.
_HEAD_END = re.compile(rb"\r\n\r\n|(?<!\r)\n")


class Connection:
    """One client: what it has sent of its next request, and what it has not taken of its answer."""

    __slots__ = ("client", "deadline", "head", "keeps", "server", "sock", "unsent", "unsent_bytes")

    def __init__(self, sock: socket.socket, client: Any, server: Any) -> None:
        self.sock = sock
        self.client = client
        self.server = server
        self.head = bytearray()
        self.unsent: deque[memoryview] = deque()
        self.unsent_bytes = 0  # as counted by the worker
        self.keeps = False  # whether another request may follow
        self.deadline = 0.0

    def send(self) -> None:
        """Send what the client takes now. Raises OSError when it takes nothing any more."""
        while self.unsent:
            try:
                sent = self.sock.sendmsg(list(self.unsent)[:16])
            except BlockingIOError:
                return
            while self.unsent and sent >= len(self.unsent[0]):
                sent -= len(self.unsent.popleft())
            if sent:
                self.unsent[0] = self.unsent[0][sent:]


class Outbox:
    """What gunicorn takes for the client's socket: keeps what is written, and copies none of it."""

    def __init__(self, client_socket: socket.socket) -> None:
        self.client_socket = client_socket
        self.pieces: deque[memoryview] = deque()

    def sendall(self, data: bytes) -> None:
        """Keep `data`, to be sent when the answer is whole."""
        if data:
            self.pieces.append(memoryview(data))

    send = sendall

    def gettimeout(self) -> float:
        """Return that writing here never blocks."""
        return 0.0

    def shutdown(self, how: int) -> None:
        """Refuse: the worker closes the connection itself, once what is here was sent."""
        raise OSError(errno.ENOTCONN, "an outbox is not connected")

    def close(self) -> None:
        """Do nothing, for the same reason."""


def has_whole_head(data: bytearray, begin: int) -> bool:
    """Return whether `data`, of which what comes from `begin` on is new, has to be parsed now."""
    return len(data) >= MAX_HEAD_BYTES or _HEAD_END.search(data, max(begin - 3, 0)) is not None


def read_whole_head(head: bytes) -> Iterator[bytes]:
    """Yield `head`; a parser that wants more than that has met one that is too long."""
    yield head
    raise LimitRequestHeaders(f"a request's head may have {MAX_HEAD_BYTES} bytes")
