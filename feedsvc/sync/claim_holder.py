"""Who holds a claim: the name of a poller, which tells others whether its process is still there."""

import os
import secrets
import socket
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

_names_of_this_process: set[str] = set()


def name_holder() -> str:
    """Return a name for a poller of this process, that no other has: host, process and where that is."""
    name = f"{socket.gethostname()}:{os.getpid()}:{_identify_machine()}{secrets.token_hex(4)}"
    _names_of_this_process.add(name)
    return name


def is_dead(holder: str) -> bool:
    """Return whether `holder` was a process of this machine that is no more.

    Of another machine, and of another container that happens to have the same host name, that can't be
    said: such a claim holds until its lease ends.
    """
    host, pid, token = holder.rsplit(":", 2)
    machine, separator, _ = token.rpartition("-")
    if host != socket.gethostname() or (separator and machine + separator != _identify_machine()):
        return False
    if int(pid) == os.getpid():
        # Otherwise an earlier process had the number that is ours now.
        return holder not in _names_of_this_process
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@cache
def _identify_machine() -> str:
    """Return what is one within the processes that see each other's numbers, as Linux tells it; else
    nothing. Containers often have one name, and machines that were copied.
    """
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
        namespace = Path("/proc/self/ns/pid").readlink()
        return sha256(f"{boot}{namespace}".encode()).hexdigest()[:8] + "-"
    return ""
