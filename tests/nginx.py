"""nginx from Debian's packages, as deploy/nginx.conf sets it up, in front of a service of the tests."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from conftest import ROOT
from service import PATIENCE, eventually, free_port

_CONFIGURATION = ROOT / "deploy" / "nginx.conf"
_AROUND = """
user root;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    log_format upstream '$upstream_status';
    access_log {folder}/access.log upstream;
    log_subrequest on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its address, and the folder where it writes."""

    url: str
    folder: Path

    def count_upstream(self) -> Counter[str]:
        """Return how many requests were passed on, by the status that came back."""
        statuses = (self.folder / "access.log").read_text("utf-8").split()
        return Counter(status for status in statuses if status != "-")


@contextmanager
def nginx_before(
    upstream_port: int, folder: Path, written_as: Path = _CONFIGURATION, path: str = ""
) -> Iterator[Nginx]:
    """Run nginx before the service at a port of the loopback, as a file of deploy/ has it; the service lies
    at `path` there.
    """
    port = free_port()
    server = written_as.read_text("utf-8")
    for written, ours in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream_port}"),
        ("/var/cache/nginx/feedsvc", str(folder / "cache")),
    ):
        assert written in server
        server = server.replace(written, ours)
    configuration = folder / "nginx.conf"
    configuration.write_text(_AROUND.format(folder=folder, server=server), "utf-8")
    process = subprocess.Popen(["nginx", "-c", str(configuration), "-g", "daemon off;"])
    nginx = Nginx(f"http://127.0.0.1:{port}/{path}", folder)
    try:
        eventually(lambda: _answers(nginx.url), "nginx answers")
        yield nginx
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(url: str) -> bool:
    try:
        return requests.get(url + "healthz", timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False
