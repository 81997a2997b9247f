"""What a process asks of the system: how many files it may open, how its memory is given back."""

import ctypes
import gc
import resource
from contextlib import suppress

_MAX_CONNECTIONS = 4096  # a process; each costs a file and, while it sends a head, 32 kB at most
_OTHER_FILES = 100  # that a process has open beside its connections
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # malloc.h


def raise_file_limit() -> None:
    """Let this process and its children have a file open for each connection, as far as the system lets us.

    Many systems give a process 1,024 unless it asks for more, which is what 1,000 silent clients take.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_CONNECTIONS + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def limit_heaps() -> None:
    """Let the threads of this process and its children share two of glibc's heaps, and give large blocks
    back.

    Else each thread has a heap of its own, as large as the largest answer that it ever made, and what a
    site of 16 MB took stays taken (mallopt(3)). Where there is another C library, it has its own ways.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, 2**20)


def give_back_memory() -> None:
    """Hand back to the system what is free of this process's memory (malloc_trim(3)).

    By itself glibc gives back what lies behind the last block in use, and of a text that was cleaned one
    small block may be kept: a poller had a fifth of its memory for nothing. It takes some milliseconds.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def share_objects() -> None:
    """Let processes that are forked from now on share what there is, for as long as they leave it alone.

    The garbage collector writes into each object that it looks at, and so has each process make a copy of
    nearly all memory: of what is here now it has nothing to look for (gc.freeze).
    """
    gc.collect()
    gc.freeze()


def count_possible_connections() -> int:
    """Return how many connections a process may have, by the files that the system lets it open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (
        _MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else min(_MAX_CONNECTIONS, soft - _OTHER_FILES)
    )
