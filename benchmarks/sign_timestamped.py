"""What does a timestamp over HTTP cost whoever signs? The authority is pyHanko's, another process on loopback."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing.connection import Connection
from typing import Any

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ExtendedKeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

import esign_core as es
from benchmarks.choice import Choice
from benchmarks.sign_documents import OURS, RSA, ours, ten_pages
from benchmarks.sign_letter import bare_rsa
from benchmarks.subject import NOW, subject
from benchmarks.timing import compare, target
from demo.ca import key_usage, make_signer
from esign_core.net import http_timestamper

_MOST = 2.0  # milliseconds of CPU time


def run(choice: Choice) -> None:
    """B-T by the default call, connection kept, beside B-B of the same document."""
    pdf = ten_pages()
    with _authority() as url:
        level = es.Level.t(http_timestamper(url))
        jobs = {
            f"{OURS}, B-T": lambda: es.sign(pdf, subject().signer, signing_time=NOW, level=level),
            f"{OURS}, B-B": lambda: ours(pdf),
            RSA: bare_rsa,
        }
        found = compare("sign: 10 pages, B-T", jobs, rounds=1 if choice.quick else 15, calls=10)
    target("ms of CPU time, B-T", 1000 * found[f"{OURS}, B-T"], most=_MOST)


@contextmanager
def _authority() -> Iterator[str]:
    """Its URL. Its CPU time is not counted: it is still running."""
    entity = make_signer(
        subject().authority.intermediate,
        NOW,
        key_type="rsa",
        common_name="TSA",
        serial=77,
        usage=key_usage("digital_signature"),
        purposes=(),
        extensions=((ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),),
    )
    ours_end, theirs = multiprocessing.Pipe()
    key = entity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, entity.der, key), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours_end.recv()}/"
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection, certificate: bytes, key: bytes) -> None:
    store: Any = SimpleCertificateStore  # untyped
    stamper = DummyTimeStamper(
        x509.Certificate.load(certificate),
        keys.PrivateKeyInfo.load(key),
        certs_to_embed=store(),
        fixed_dt=datetime.now(UTC),
    )

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamper.request_tsa_response(request).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Quietly."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.send(server.server_port)
    server.serve_forever()
