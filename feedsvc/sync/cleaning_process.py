"""A process beside the poller that parses and cleans posts on a second core, for the length of a backfill.

It is a command of its own that is spoken to by its pipes, rather than a pool of concurrent.futures: however
this process ends, the pipes are closed, and by that the other one knows to end at once. The workers of a
pool would stay for ever after a SIGKILL.
"""

import logging
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any

from feedsvc.model import Image
from feedsvc.sync.batch import Batch, read_batch
from feedsvc.sync.machine import has_room_for_a_process

log = logging.getLogger(__name__)

MIN_POSTS = 1000
"""Posts that are still to be read for which a process is started: it takes as long to start as a page."""

MAX_DEATHS = 3
"""After which posts are cleaned in this process until the end of the backfill."""

MIN_SHARE, FIRST_SHARE, MAX_SHARE = 0.2, 0.4, 0.8
"""Of a part's posts, how many the process gets: as many as it cleans while this one cleans the others,
writes the part before and asks for the next. How long both take shows with each part (see `finish`). Of the
first it gets few, since it has to start meanwhile."""

_NICENESS = 5  # readers go first
_STOP_SECONDS = 1.0

Work = tuple[Sequence[Mapping[str, Any]], Mapping[int, bytes], Mapping[int, Image]]
"""What `read_batch` takes: posts, the digests of those that are stored, featured images."""


@dataclass(slots=True)
class CleaningProcess:
    """The process, started with the first work that it gets. It has one piece of work at a time.

    Where it can't be started, or dies, that is logged once, and its work is done in this process. Several
    pulls may share one: the first of them has it until its backfill ends, the others do without.
    """

    min_posts: int = MIN_POSTS
    has_room: bool = field(default_factory=has_room_for_a_process)
    share: float = field(default=FIRST_SHARE, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _work: Work | None = field(default=None, init=False)
    _begun: float = field(default=0.0, init=False)
    _deaths: int = field(default=0, init=False)

    @contextmanager
    def borrowed(self) -> Iterator["CleaningProcess | None"]:
        """Have the process for one backfill; None where another has it, or there is no room."""
        if not self.has_room or not self._lock.acquire(blocking=False):
            yield None
            return
        try:
            yield self
        finally:
            self._end()
            self._deaths, self.share = 0, FIRST_SHARE
            self._lock.release()

    def begin(self, work: Work) -> bool:
        """Have `work` done beside us; return whether it is: if so, `finish` is to be called next."""
        if self._deaths >= MAX_DEATHS:
            return False
        try:
            self._process = self._process or _start()
            _send(self._process.stdin, work)
        except OSError as error:
            self._bury(error)
            return False
        self._work, self._begun = work, time.monotonic()
        return True

    def finish(self) -> tuple[Batch, list[str]]:
        """Return what comes of the work that was begun, and the remarks about it."""
        process, work = self._process, self._work
        if not process or not process.stdout or not work:
            raise ValueError("no work was begun")
        self._work = None
        own_seconds = time.monotonic() - self._begun
        try:
            batch, remarks, its_seconds = pickle.load(process.stdout)  # noqa: S301 (from our own process)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._bury(error)
            return read(work)
        # A post takes both about as long: with half of the difference on the other side both end at once.
        change = (own_seconds - its_seconds) / (2 * its_seconds) if its_seconds else 0
        self.share = min(MAX_SHARE, max(MIN_SHARE, self.share * (1 + change)))
        return batch, remarks

    def _bury(self, error: Exception) -> None:
        """Let go of a process that has died; the next work starts another."""
        status = self._end()
        self._deaths += 1
        if self._deaths == 1:
            log.warning(
                "the process that cleans posts beside the poller has ended (%s, %s): its posts are cleaned "
                "in the poller; the system may have had too little memory for it",
                f"exit status {status}" if status is not None else "it did not start",
                type(error).__name__,
            )

    def _end(self) -> int | None:
        """End the process, whatever it does, and return its exit status."""
        process, self._process, self._work = self._process, None, None
        if process is None:
            return None
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what it did not read is of no use to anyone
                if pipe:
                    pipe.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return process.returncode


def read(work: Work) -> tuple[Batch, list[str]]:
    """Return what comes of some work, and the remarks about it."""
    items, digests, images = work
    remarks: list[str] = []
    return read_batch(items, digests, images, remarks.append), remarks


def _start() -> subprocess.Popen[bytes]:
    # By the names under which this process finds its modules, and none that lie where it happens to run.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(  # noqa: S603 (nothing in it comes from outside)
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )


def _send(pipe: IO[bytes] | None, value: object) -> None:
    """Write a value, made whole before: a pipe takes 64 kB, and then waits until the other side reads."""
    if pipe:
        pipe.write(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        pipe.flush()


def _hear(pipe: IO[bytes], works: "queue.SimpleQueue[Work]") -> None:
    """Put what comes into a queue. When the other side is gone, end this process in its work."""
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            works.put(pickle.load(pipe))  # noqa: S301 (from the process that has started us)
    os._exit(0)


def main() -> None:
    """Do what comes by the standard input, answer by the standard output, until the other side is gone."""
    # Those who send a signal to all processes mean that the poller should end, which ends this one.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library may print is no answer
    works: queue.SimpleQueue[Work] = queue.SimpleQueue()
    threading.Thread(target=_hear, args=[sys.stdin.buffer, works], daemon=True).start()
    while True:
        work = works.get()
        started = time.monotonic()
        batch, remarks = read(work)
        _send(answers, (batch, remarks, time.monotonic() - started))


if __name__ == "__main__":
    main()
