"""Every public name used as a caller would, for the type checker. Nothing here runs; test_public_face.py sees that no
name is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from mmap import mmap
from typing import Literal, assert_type

import esign_core as es
from esign_core.net import async_http_transport, http_timestamper, http_transport, public_address
from esign_core.signers.pkcs12 import Pkcs12Recipient, Pkcs12Signer


@dataclass(frozen=True)
class FrozenKey:
    """A frozen dataclass is a signer."""

    certificate: bytes
    chain: tuple[bytes, ...]
    mechanism: es.Mechanism

    def sign(self, tbs: es.ToBeSigned, /) -> bytes:
        assert_type(tbs.data, bytes)
        assert_type(tbs.digest, bytes)
        return b""

    def sign_many(self, tbs: Sequence[es.ToBeSigned], /) -> Sequence[bytes]:
        return [self.sign(item) for item in tbs]


class PlainKey:
    """A plain object with mutable attributes is a signer too."""

    def __init__(self) -> None:
        self.certificate = b""
        self.chain: list[bytes] = []
        self.mechanism = es.Mechanism("ecdsa", "sha256")

    async def asign(self, tbs: es.ToBeSigned, /) -> bytes:
        return tbs.data

    async def asign_many(self, tbs: Sequence[es.ToBeSigned], /) -> list[bytes]:
        return [await self.asign(item) for item in tbs]


class Tsa:
    size_hint: int | None = None

    def timestamp(self, imprint: bytes, hash: es.Hash, /) -> bytes:
        return imprint

    async def atimestamp(self, imprint: bytes, hash: es.Hash, /) -> bytes:
        return imprint


def exchange(request: es.Request, /) -> es.Response:
    assert_type(request.method, Literal["GET", "POST"])
    assert_type(request.headers, Mapping[str, str])
    return es.Response(200, {"Content-Type": "text/plain"}, request.body)


async def aexchange(request: es.Request, /) -> es.Response:
    return exchange(request)


def protocols(secrets: es.SecretsHandler) -> None:
    key = FrozenKey(b"", (), es.Mechanism(scheme="rsa_pss", hash="sha512", salt_length=20))
    identity: es.Identity = key
    signer: es.Signer = key
    batch: es.BatchSigner = key
    late: es.AsyncSigner = PlainKey()
    late_batch: es.AsyncBatchSigner = PlainKey()
    recipient: es.Recipient = Pkcs12Recipient.load(b"", passphrase=secrets)
    tsa: es.Timestamper = Tsa()
    late_tsa: es.AsyncTimestamper = Tsa()
    transport: es.Transport = exchange
    late_transport: es.AsyncTransport = aexchange
    everybody: tuple[object, ...] = (
        identity,
        signer,
        batch,
        late,
        late_batch,
        recipient,
        tsa,
        late_tsa,
        transport,
        late_transport,
    )
    assert_type(len(everybody), int)
    assert_type(secrets("passphrase"), str)


def documents(data: bytes) -> tuple[es.Pdf, ...]:
    return (data, bytearray(data), memoryview(data), mmap(-1, 1))


def find_and_place(pdf: es.Pdf) -> es.Placement:
    options = es.TagOptions(case_sensitive=False, whole_word=True)
    found = es.find_tags(pdf, re.compile(r"\$\{ttd_\d\}"), pages=[0, -1], options=options, limits=es.Limits(pages=10))
    assert_type(found, es.Found)
    assert_type(found[0], es.TagMatch)
    assert_type(found[:1], Sequence[es.TagMatch])
    assert_type(found[0].rect, es.Rect)
    assert_type(found[0].view_rect, es.ViewRect)
    remarks: Sequence[es.Finding] = [*found.warnings, *found.near_misses]
    assert_type(len(remarks), int)
    assert_type(es.find_all(pdf, ["#", "ttd"], pages=range(2), password="x"), Mapping[str, es.Found])
    assert_type(found[0].evidence, Literal["tounicode", "encoding", "font-program", "guess"])
    anchor: es.Anchor = "top-left"
    one = es.at_tag(found[0], width=80, anchor=anchor, offset=(0, -4))
    same = es.at_tag(found, width=80, height=80, occurrence="last", keep_on_page=False)
    box = es.Page(0, es.Rect(0, 0, 595, 842), es.Rect(0, 0, 595, 842)).to_user(es.ViewRect(10, 10, 80, 80))
    side: es.Side = "right"
    treatment: es.Treatment = "cover"
    beside = es.at_tag(found[0], width=80, beside=side, gap=4, treatment=treatment, allow_overlap=True)
    corner = es.at_corner(-1, "bottom-right", width=80, height=40, margin=20)
    seen = es.at_view(0, es.ViewRect(10, 10, 80, 40))
    overview = es.inspect(pdf, password="x")
    assert_type(overview, es.Overview)
    shown: Sequence[es.FieldInfo] = overview.fields
    frames: Sequence[es.Page] = overview.pages
    assert len(shown) < len(frames)
    cell = es.at_cell(pdf, found[0], padding=3)
    room: Sequence[es.Placement] = es.suggest_space(pdf, width=80, height=40)
    assert cell not in room
    stored: es.Json = es.at_rect(0, box).to_json()
    assert len({one, same, beside, corner, seen, es.at_field("a.b")}) == 6
    return es.Placement.from_json(stored)


def sign_in_one_call(pdf: es.Pdf, bundle: bytes) -> es.Signed:
    signer = Pkcs12Signer.load(bundle, passphrase=lambda name: name, mechanism=es.Mechanism("rsa_pkcs1v15"))
    look = es.qr("https://verify.example/42", correction="Q")
    assert_type(look, es.Appearance)
    signed = es.sign(
        pdf,
        signer,
        signing_time=datetime(2026, 11, 24, tzinfo=UTC),
        placement=find_and_place(pdf),
        appearance=look,
        level=es.Level.b(),
        claims=es.Claims(name="Ani", reason="Setuju", location="Bandung", contact="ani@example.id"),
        intent=es.Approve(lock=es.Lock("include", ["a"])),
        subfilter="adbe.pkcs7.detached",
        copies=[es.at_corner(-1, "top", width=60)],
        policy=es.SigningPolicy(check_validity=False),
    )
    assert_type(signed.pdf, bytes)
    assert_type(signed.facts, es.SigningFacts)
    assert_type(signed.facts.byte_range, tuple[int, int, int, int])
    return signed


async def sign_with_a_timestamp(pdf: es.Pdf, key: es.Signer, late: es.AsyncSigner) -> es.Signed:
    transport: es.Transport = http_transport(deadline=10, accept=public_address)
    tsa = http_timestamper("https://tsa.example", transport=transport, policy="1.2.3", username="ani", password="x")
    stamper: es.Timestamper = tsa
    late_stamper: es.AsyncTimestamper = tsa
    late_transport: es.AsyncTransport = async_http_transport(http_transport())
    now = datetime(2026, 11, 24, tzinfo=UTC)
    signed = es.sign(pdf, key, signing_time=now, level=es.Level.t(stamper), reserve=20_000, may_sign_twice=True)
    awaited = await es.asign(pdf, late, signing_time=now, level=es.Level.t(late_stamper))
    assert_type(awaited, es.Signed)
    assert_type(tsa.size_hint, int | None)
    assert_type(await late_transport(es.Request("GET", "https://tsa.example")), es.Response)
    return signed


def sign_in_two_steps(pdf: es.Pdf, key: es.Signer) -> bytes:
    under = es.Claims(policy=es.SignaturePolicy("2.16.360.1", bytes(32), uri="https://policy.example/"))
    meant = es.Certify("nothing", lock=es.Lock("all"))
    at = datetime(2026, 11, 24, tzinfo=UTC)
    prepared = es.prepare(pdf, key, signing_time=at, reserve=20_000, claims=under, intent=meant)
    prepared = es.Prepared.from_json(prepared.to_json())
    value = key.sign(prepared.tbs)
    update = es.complete(prepared, value)
    assert_type(update, es.Update)
    update = es.complete(prepared, value, timestamp=Tsa().timestamp(value, "sha256"))
    return update.join(pdf)


def judge(pdf: es.Pdf, roots: bytes, crl: bytes) -> es.Report:
    report = es.verify(
        pdf,
        trust=es.Trust.from_pem(roots) if roots else es.Trust([]),
        validation_time=datetime(2026, 11, 24, tzinfo=UTC),
        evidence=es.Evidence(crls=[crl]),
        policy=es.Policy.default(),
    )
    assert_type(report.conclusion, es.Conclusion)
    assert_type(report.conclusion.passed, bool)
    signatures: Sequence[es.SignatureReport] = report.signatures
    timestamps: Sequence[es.TimestampReport] = report.timestamps
    revisions: Sequence[es.Revision] = report.revisions
    indication: es.Indication = signatures[0].indication
    assert_type(es.signed_revision(pdf, signatures[0]), memoryview)
    assert_type(report.text("id"), str)
    assert indication in (es.Indication.TOTAL_PASSED, es.Indication.INDETERMINATE)
    assert_type(len(timestamps) + len(revisions), int)
    return report


def errors(error: es.EsignError) -> str:
    match error:
        case es.TagNotFound(near_misses=near):
            assert_type(near, Sequence[es.Finding])
        case es.TagAmbiguous(matches=matches):
            assert_type(matches, Sequence[es.TagMatch])
        case es.LimitExceeded(limit=limit, allowed=allowed, found=found):
            return f"{limit} {allowed + found}"
        case es.DocumentLocked(field=field):
            return field
        case es.SpaceExceeded(needed=needed, reserved=reserved):
            return str(needed - reserved)
        case es.PasswordError() | es.PdfError() | es.PlacementError() | es.AppearanceError() | es.InputError():
            return error.code
        case es.CredentialRejected() | es.SignerUnavailable() | es.SignerError() | es.TimestampError():
            return error.code
        case es.CertificateUnfit() | es.SigningError() | es.TransportError() | es.MissingExtra():
            return f"{error.code} {error.retryable}"
    return error.code
