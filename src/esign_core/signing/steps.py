"""The two halves of a signature: `prepare` before the key, `complete` after it. Pure: no clock, no dice, no key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from esign_core.algorithms import Hash, digest, finished
from esign_core.appearance.drawing import Appearance
from esign_core.errors import InputError, PlacementError, SignerError, SpaceExceeded, public
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import UpdateWriter
from esign_core.pdf.values import Pdf, Ref
from esign_core.pki.certificate import parse_certificate
from esign_core.pki.cms_build import signature_policy, signature_timestamp, signed_attributes, signed_data
from esign_core.pki.fitness import require_fit, require_mechanism
from esign_core.pki.signature import Outcome, verify_value
from esign_core.pki.timestamp import read_token
from esign_core.pki.timestamp_check import imprint_hash, require_imprint, require_sound
from esign_core.place.placement import Placement
from esign_core.policy import SigningPolicy
from esign_core.signer import Identity, ToBeSigned
from esign_core.signing.copies import draw_copies
from esign_core.signing.dictionary import BYTE_RANGE_WIDTH, pdf_date, signature_dictionary
from esign_core.signing.draft import Draft, draft_of
from esign_core.signing.intent import Approve, Claims, Intent, SubFilter
from esign_core.signing.opening import open_to_sign
from esign_core.signing.order import Order
from esign_core.signing.seed_values import require_timestamp
from esign_core.signing.treatment import treat
from esign_core.signing.values import Prepared, Update
from esign_core.signing.widget import write_field

DEFAULT_RESERVE = 16_384  # bytes for /Contents, as BSrE and Adobe keep


@public
def prepare(
    pdf: Pdf,
    identity: Identity,
    *,
    signing_time: datetime,
    placement: Placement | None = None,
    appearance: Appearance | None = None,
    claims: Claims = Claims(),  # noqa: B008 - frozen
    intent: Intent = Approve(),  # noqa: B008 - frozen
    subfilter: SubFilter | None = None,
    copies: Sequence[Placement] = (),
    password: str | None = None,
    reserve: int | None = None,
    policy: SigningPolicy = SigningPolicy(),  # noqa: B008 - frozen
    limits: Limits = DEFAULT_LIMITS,
) -> Prepared:
    """Everything but the signature value: the update's bytes with a gap, and what the key has to sign.

    Invisible without a placement. `signing_time` (aware) becomes /M in its own zone. `reserve`: bytes for /Contents.
    `subfilter`: "ETSI.CAdES.detached" (PAdES) unless the field's author asks for another; "adbe.pkcs7.detached" for old
    readers, then no PAdES baseline level. `password`: of an encrypted document, user's or owner's; its permissions are
    not enforced. `copies`: where else the appearance is drawn, as page content, in a document that nobody has signed.
    The same arguments give the same answer.

    InputError (NAIVE_TIME, OTHER_DOCUMENT, RESERVE, MECHANISM, SUBFILTER, LOCK_FIELDS), PlacementError
    (PAGE_OUT_OF_RANGE, OFF_PAGE, LARGER_THAN_PAGE, OVERLAP, NO_HEIGHT, NO_PLACE, COVER_GROUND, COVER_OUTSIDE, ERASE,
    FIELD_NOT_FOUND, FIELD_SIGNED, FIELD_KIND, FIELD_AMBIGUOUS, TREATMENT, COPY_GROUND), DocumentLocked, SigningError
    (CERTIFIED, FIELD_LOCK, SEED_VALUE), CertificateUnfit, LimitExceeded. PasswordError; PdfError, with code NEEDS_SIGN
    for encryption that only `sign` writes (for certificates, with a PDF MAC).
    """
    order = Order(
        signing_time=signing_time,
        placement=placement,
        appearance=appearance,
        claims=claims,
        intent=intent,
        subfilter=subfilter,
        copies=copies,
        password=password,
        policy=policy,
        limits=limits,
        recipient=None,
    )
    return prepared_and_hashed(pdf, identity, order, reserve)[0]


def room_of(reserve: int | None) -> int:
    """Bytes kept for /Contents. InputError (RESERVE)."""
    if reserve is not None and reserve < 1:
        raise InputError(f"reserve is a number of bytes >= 1, not {reserve}", code="RESERVE")
    return DEFAULT_RESERVE if reserve is None else reserve


def prepared_and_hashed(
    pdf: Pdf, identity: Identity, order: Order, reserve: int | None
) -> tuple[Prepared, DocumentHashes]:
    """`prepare`, and the hashes of the document: who appends the update need not read all of it again."""
    pdf_date(order.signing_time)  # refuses a naive time before anything else is looked at
    reserved = room_of(reserve)
    if order.appearance is not None and order.placement is None:
        raise PlacementError("an appearance needs a place: pass placement=, or no appearance", code="NO_PLACE")
    certificate = parse_certificate(identity.certificate, order.limits)
    require_fit(certificate, order.signing_time, order.policy)
    require_mechanism(certificate, identity.mechanism)  # before the key is spent, not after
    with open_to_sign(pdf, order.limits, order.password) as file:
        writer = UpdateWriter(file)
        document = DocumentHashes.of(file.buffer, identity.mechanism.hash)
        draft = draft_of(file, document.sha256, identity, order)
        value, room = _write(writer, file, draft, order, reserved)
        appended = writer.finish(seed=bytes.fromhex(document.sha256))
        base_length = len(file.buffer)
    data = bytearray(appended.data)
    gap_start = appended.at(value.number, room.digits_at)
    gap_end = gap_start + 2 * reserved
    range_start = appended.at(value.number, room.range_at)
    byte_range = _byte_range(base_length, gap_start, gap_end, len(data))
    data[range_start : range_start + BYTE_RANGE_WIDTH] = (b"[%d %d %d %d]" % byte_range).ljust(BYTE_RANGE_WIDTH)
    digest = document.digest_over(data, gap_start, gap_end)
    attributes = signed_attributes(
        digest, identity.certificate, identity.mechanism.hash, further=policy_attribute(order.claims)
    )
    prepared = Prepared(
        base_length=base_length,
        base_sha256=document.sha256,
        data=bytes(data),
        gap_start=gap_start,
        gap_end=gap_end,
        tbs=ToBeSigned(attributes, identity.mechanism),
        certificate=bytes(identity.certificate),
        chain=tuple(bytes(item) for item in identity.chain),
        facts=draft.facts(document.sha256, byte_range),
        timestamp_required=draft.timestamp_required,
    )
    return prepared, document


class _Room(NamedTuple):
    """Where in the signature dictionary's body the values stand that come later."""

    range_at: int
    digits_at: int


def _write(writer: UpdateWriter, file: PdfFile, draft: Draft, order: Order, reserved: int) -> tuple[Ref, _Room]:
    value = writer.reserve()
    references = draft.terms.references(file.catalog[0])
    body, range_at, digits_at = signature_dictionary(
        order.signing_time, order.claims, draft.subfilter, references, reserved
    )
    writer.put(value, body)
    target, placement = draft.target, order.placement
    ground = treat(writer, file, target, placement, order.password) if placement else None
    draw_copies(writer, file, draft.boxes, order, target.page)
    write_field(writer, file, target, value, order.appearance, ground, draft.terms)
    return value, _Room(range_at, digits_at)


@public
def complete(prepared: Prepared, value: bytes, *, timestamp: bytes | None = None) -> Update:
    """The update with its signature. `value`: RSA as is, ECDSA as DER; checked against the certificate first.

    `timestamp`: TimeStampToken (RFC 3161) over a hash of `value`, for B-T without any I/O of ours. Whether its
    authority is to be trusted, and was revoked, is for `verify` to say; everything else is checked here.

    SignerError (VALUE_DOES_NOT_FIT) for a value the certificate's key did not make over exactly these bytes,
    TimestampError (TIMESTAMP_MALFORMED, TIMESTAMP_IMPRINT, TIMESTAMP_CERTIFICATE, TIMESTAMP_KEY_USAGE,
    TIMESTAMP_EXPIRED, TIMESTAMP_NOT_YET_VALID, TIMESTAMP_ALGORITHM, TIMESTAMP_SIGNATURE), SpaceExceeded(needed,
    reserved) when the CMS does not fit into the room kept for it.
    """
    require_value(prepared, value)
    return completed(prepared, value, timestamp, ())


def completed(prepared: Prepared, value: bytes, timestamp: bytes | None, unsigned: Sequence[bytes]) -> Update:
    """`complete` of a value that fits, with further unsigned attributes (DER)."""
    require_timestamp(required=prepared.timestamp_required, given=timestamp is not None)
    facts = prepared.facts
    if timestamp is not None:
        token = read_token(timestamp)
        hash = imprint_hash(token)
        require_imprint(token, digest(hash, value), hash)
        require_sound(token)
        unsigned = [signature_timestamp(token.der), *unsigned]
        facts = replace(facts, level=facts.level.removesuffix("B") + "T")
    mechanism = prepared.tbs.mechanism
    cms = signed_data(prepared.tbs.data, value, prepared.certificate, prepared.chain, mechanism, unsigned=unsigned)
    if len(cms) > prepared.reserved:
        raise SpaceExceeded(
            f"the signature needs {len(cms)} bytes and {prepared.reserved} are kept: prepare, or sign, with "
            f"reserve={len(cms)}",
            needed=len(cms),
            reserved=prepared.reserved,
        )
    digits = cms.hex().encode("ascii").ljust(prepared.gap_end - prepared.gap_start, b"0")
    data = prepared.data[: prepared.gap_start] + digits + prepared.data[prepared.gap_end :]
    return Update(prepared.base_length, prepared.base_sha256, data, facts, prepared.warnings)


def require_value(prepared: Prepared, value: bytes) -> None:
    """Raise SignerError (VALUE_DOES_NOT_FIT) unless the certificate's key signed exactly the prepared attributes."""
    certificate = parse_certificate(prepared.certificate)
    mechanism = prepared.tbs.mechanism
    if verify_value(certificate, mechanism, value, prepared.tbs.data) is not Outcome.VALID:
        raise SignerError(
            f"the signature value does not fit the certificate of {certificate.common_name} "
            f"({mechanism.scheme}, {mechanism.hash}): check that key and certificate belong together",
            code="VALUE_DOES_NOT_FIT",
        )


def policy_attribute(claims: Claims) -> tuple[bytes, ...]:
    """The signed attribute of the policy under which one signs, where there is one."""
    policy = claims.policy
    return (signature_policy(policy.oid, policy.digest, policy.hash, policy.uri),) if policy else ()


class DocumentHashes(NamedTuple):
    """The document, hashed once: its SHA-256 (hex), that one to go on with, and the signer's hash to go on with."""

    sha256: str
    base: hashlib._Hash
    hash: Hash
    running: hashlib._Hash

    @classmethod
    def of(cls, document: Pdf, name: Hash) -> DocumentHashes:
        base = hashlib.sha256(document)
        running = base if name == "sha256" else hashlib.new(name, document)
        return cls(base.hexdigest(), base, name, running)

    def sha256_with(self, data: bytes) -> str:
        """SHA-256 (hex) of the document with `data` behind it."""
        joined = self.base.copy()
        joined.update(data)
        return joined.hexdigest()

    def digest_over(self, data: bytearray, gap_start: int, gap_end: int) -> bytes:
        """Digest of the document and the update without the /Contents string, angle brackets included."""
        running = self.running.copy()
        view = memoryview(data)
        running.update(view[: gap_start - 1])
        running.update(view[gap_end + 1 :])
        return finished(self.hash, running)


def _byte_range(base: int, gap_start: int, gap_end: int, length: int) -> tuple[int, int, int, int]:
    """All of the signed document but the /Contents string (ISO 32000-2, 12.8.1): offset and length, twice."""
    first = base + gap_start - 1
    second = base + gap_end + 1
    return (0, first, second, base + length - second)
