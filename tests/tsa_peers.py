"""Timestamp authorities that we did not write, on loopback: certomancer's, `openssl ts`, and pyHanko's tokens made to
measure. And a plain HTTP server that does whatever a test wants."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import cms as asn1_cms
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

import esign_core as es
from demo import ca

POLICY = "1.3.6.1.4.1.4146.2.2"  # what pyHanko's tokens say
FROM, UNTIL = datetime(2022, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
STAMPING = (x509.ExtendedKeyUsage([ca.TIME_STAMPING]), True)


def tsa_entity(issuer: ca.Entity, **changed: Any) -> ca.Entity:
    """The certificate of a timestamp authority, good for tests at any time soon."""
    given: dict[str, Any] = {
        "key_type": "rsa",
        "common_name": "TSA Contoh",
        "serial": 0x75A,
        "not_before": FROM,
        "not_after": UNTIL,
        "usage": ca.key_usage("digital_signature"),
        "purposes": (),
        "extensions": (STAMPING,),
    }
    return ca.make_signer(issuer, datetime(2026, 1, 1, tzinfo=UTC), **(given | changed))


def private_pem(entity: ca.Entity) -> bytes:
    return entity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass
class TokenMaker:
    """A Timestamper on pyHanko's tokens. `before` changes the request that the token answers, `after` the TSTInfo that
    is signed, `signed` the signed attributes; `calls` counts."""

    entity: ca.Entity
    at: datetime
    before: Callable[[tsp.TimeStampReq], object] = lambda request: None
    after: Callable[[tsp.TSTInfo], object] = lambda info: None
    signed: Callable[[asn1_cms.CMSAttributes], object] | None = None
    hash: str | None = None
    embed: tuple[ca.Entity, ...] = ()
    size_hint: int | None = None
    calls: int = 0

    def respond(self, query: bytes) -> bytes:
        """TimeStampResp to a TimeStampReq."""
        self.calls += 1
        request = tsp.TimeStampReq.load(query)
        self.before(request)
        key = self.entity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        store = SimpleCertificateStore()
        store.register_multiple([asn1_x509.Certificate.load(one.der) for one in self.embed])
        stamper = _Stamper(
            asn1_x509.Certificate.load(self.entity.der),
            asn1_keys.PrivateKeyInfo.load(key),
            certs_to_embed=store,
            fixed_dt=self.at,
            override_md=self.hash,
        )
        stamper.after, stamper.signed, stamper.key = self.after, self.signed, self.entity.key
        return stamper.request_tsa_response(request).dump()

    def timestamp(self, imprint: bytes, hash: es.Hash, /) -> bytes:
        query = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {"hash_algorithm": {"algorithm": hash}, "hashed_message": imprint},
                "cert_req": True,
            }
        )
        response = tsp.TimeStampResp.load(self.respond(query.dump()))
        return response["time_stamp_token"].dump()


class _Stamper(DummyTimeStamper):
    after: Callable[[tsp.TSTInfo], object]
    signed: Callable[[asn1_cms.CMSAttributes], object] | None
    key: Any

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> tuple[bytes, Any]:
        value, attributes = super()._sign_tst_info(tst_info_data, md_algorithm, dt)
        if self.signed is not None:
            self.signed(attributes)
            value = self.key.sign(attributes.dump(force=True), padding.PKCS1v15(), hashes.SHA256())
        return value, attributes

    def _build_tst_info(self, *args: Any) -> tsp.TSTInfo:
        info = super()._build_tst_info(*args)
        self.after(info)
        return info


# ---- servers ---------------------------------------------------------------------------------------------------------


@dataclass
class Served:
    """A server on loopback and what it was asked for: method, path, headers (lower case), body."""

    url: str
    requests: list[tuple[str, str, dict[str, str], bytes]]
    connections: list[tuple[str, int]]


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler, bytes], None], *, tls: Any = None) -> Iterator[Served]:
    """`answer` gets the request and its body, and writes what it likes."""
    served = Served("", [], [])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            served.connections.append(self.client_address)
            super().setup()

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            served.requests.append((self.command, self.path, headers, body))
            try:
                answer(self, body)
            except OSError:  # the client has had enough
                self.close_connection = True

        do_POST = do_CONNECT = do_GET

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    served.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def reply(
    handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> None:
    handler.send_response(status)
    for name, value in (headers or {"Content-Type": "application/timestamp-reply"}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler._headers_buffer.append(b"\r\n" + body)  # type: ignore[attr-defined]  # one packet: Nagle costs 40 ms
    handler.flush_headers()


_TS_CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/chain.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


@contextmanager
def openssl_tsa(entity: ca.Entity, chain: tuple[ca.Entity, ...]) -> Iterator[Served]:
    """`openssl ts -reply` for each query; one at a time, as they share the file of serial numbers."""
    lock = threading.Lock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ts.cnf").write_text(_TS_CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.pem").write_bytes(entity.pem)
        (folder / "tsa.key").write_bytes(private_pem(entity))
        (folder / "chain.pem").write_bytes(b"".join(one.pem for one in chain))

        def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
            with lock:
                (folder / "query").write_bytes(body)
                command = ["openssl", "ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-out", "response"]
                subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=30)
                response = (folder / "response").read_bytes()
            reply(handler, response)

        with serving(answer) as served:
            yield served


_CERTOMANCER = """
keysets:
  demo:
    keys:
      root: {path: root.key}
      tsa: {path: tsa.key}
pki-architectures:
  demo:
    keyset: demo
    entity-defaults: {country-name: ID, organization-name: Certomancer}
    entities:
      root: {common-name: Root}
      tsa: {common-name: Stamp}
    certs:
      root:
        subject: root
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2040-01-01T00:00:00+0000"}
        extensions:
          - {id: basic_constraints, critical: true, value: {ca: true}}
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [key_cert_sign, crl_sign]}}
      tsa:
        subject: tsa
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2040-01-01T00:00:00+0000"}
        extensions:
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [digital_signature]}}
          - {id: extended_key_usage, critical: true, value: [time_stamping]}
    services:
      time-stamping:
        tsa: {signing-cert: tsa}
"""


@dataclass
class Certomancer:
    url: str
    root: bytes  # DER


@contextmanager
def certomancer_tsa() -> Iterator[Certomancer]:
    """certomancer's animator behind waitress."""
    from certomancer.integrations.animator import Animator, AnimatorArchStore
    from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
    from waitress.server import create_server

    with tempfile.TemporaryDirectory() as name:
        for label in ("root", "tsa"):
            key = ca.make_key("rsa", f"certomancer {label}")
            (Path(name) / f"{label}.key").write_bytes(
                key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            )
        config = CertomancerConfig.from_yaml(_CERTOMANCER, key_search_dir=name)
        arch = config.get_pki_arch(ArchLabel("demo"))
        animator = Animator(AnimatorArchStore({ArchLabel("demo"): arch}), with_web_ui=False)
        server = create_server(animator, host="127.0.0.1", port=0, threads=2)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.effective_port}/demo/tsa/tsa"
            yield Certomancer(url, arch.get_cert(CertLabel("root")).dump())
        finally:
            server.task_dispatcher.shutdown()
            server.close()
            thread.join(5)
