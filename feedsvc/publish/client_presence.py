"""Whether the client of a request still waits for its answer."""

import select
import socket
import ssl


def has_left(connection: object) -> bool:
    """Return whether a client has closed its connection, as far as the server lets us see it.

    gunicorn hands out the socket, on which nothing comes but the end or a next request. Behind a proxy it
    is the proxy's, and those close it when their client has left. A client that has closed its side alone
    looks the same, and counts as one who has left, as it does for nginx.
    """
    if not isinstance(connection, socket.socket) or isinstance(connection, ssl.SSLSocket):
        return False
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    try:
        # Only when there is something: a socket with a time-out would wait for it.
        return bool(poll.poll(0)) and not connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return True
