"""Witnesses that run, each on a port of its own, and a server that answers what a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn

from api.clock import real_clock
from api.serving import bound
from api.witness.app import create_witness_app
from ledger.notes import Signer, VerifierKey
from ledger.witness import Witness

Answering = Callable[[bytes], tuple[int, bytes]]
"""What was posted to the status and body of the answer."""


@contextmanager
def running_witness(
    signer: Signer,
    *logs: VerifierKey,
    folder: Path,
    clock: Callable[[], datetime] = real_clock,
) -> Iterator[str]:
    """A witness over HTTP; its address."""
    listening = bound(0)
    # Whoever asks before the server runs waits in line for it.
    listening.listen()
    with Witness(signer, logs, folder) as witness:
        app = create_witness_app(witness, clock)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            listening.close()


@contextmanager
def answering(answer: Answering) -> Iterator[str]:
    """A server that answers every POST so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("location", body.decode())
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
