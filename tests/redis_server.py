"""A Redis of the tests' own on a free port of the loopback, which they may empty and kill."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from conftest import lacking
from service import eventually, free_port


@contextmanager
def redis_server(folder: Path, *arguments: str, scheme: str = "redis", port: int = 0) -> Iterator[str]:
    """Run a Redis that keeps nothing on the disk, and yield its address. `arguments` are its own; with the
    scheme `rediss` it speaks TLS alone, by the key and certificate in `folder`.
    """
    lacking(None if shutil.which("redis-server") else "no redis-server here: apt-get install redis-server")
    port = port or free_port()
    ports = ["--port", str(port)] if scheme == "redis" else ["--port", "0", "--tls-port", str(port)]
    process = subprocess.Popen(
        ["redis-server", *ports, "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *arguments],
        stdout=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: _listens(port), "redis answers")
        yield f"{scheme}://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def redis_client(url: str) -> "Iterator[Redis]":
    """Yield a client, to look into a Redis with."""
    with closing(Redis.from_url(url)) as client:
        eventually(lambda: _pings(client), "redis answers")
        yield client


def make_certificate(folder: Path) -> Path:
    """Make a key and a certificate for the loopback that nobody has signed but its own key."""
    lacking(None if shutil.which("openssl") else "no openssl here: apt-get install openssl")
    certificate = folder / "redis.crt"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "redis.key"), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _pings(client: "Redis") -> bool:
    try:
        return bool(client.ping())
    except RedisError:  # it is loading
        time.sleep(0.05)
        return False
