"""RFC 3161 as bytes: the request to a timestamp authority, its response, the token in it. `timestamp_check` judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from esign_core.algorithms import HASH_SIZES, Hash
from esign_core.errors import InputError, LimitExceeded, TimestampError
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.attributes import time_of
from esign_core.pki.ber import to_definite
from esign_core.pki.cms_read import CmsSignature, read_signed_data
from esign_core.pki.der import (
    BIT_STRING,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    Element,
    Fields,
    Malformed,
    check_der,
    dotted,
    element_at,
    elements,
    integer,
    is_object_identifier,
    object_identifier,
    tlv,
)
from esign_core.pki.identifiers import hash_algorithm, hash_identifier

TST_INFO = "1.2.840.113549.1.9.16.1.4"  # id-ct-TSTInfo, RFC 3161, 2.4.2
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"  # id-kp-timeStamping, RFC 3161, 2.3

_BOOLEAN, _UTF8_STRING, _GENERALIZED_TIME = 0x01, 0x0C, 0x18
_TRUE = tlv(_BOOLEAN, b"\xff")
_VERSION_1 = integer(1)
_TSA, _EXTENSIONS = 0xA0, 0xA1
_GRANTED = (0, 1)  # granted, grantedWithMods
_STATUSES = ("granted", "grantedWithMods", "rejection", "waiting", "revocationWarning", "revocationNotification")
_FAILURES = {  # PKIFailureInfo, RFC 3161, 2.4.2: number of the bit
    0: "badAlg",
    2: "badRequest",
    5: "badDataFormat",
    14: "timeNotAvailable",
    15: "unacceptedPolicy",
    16: "unacceptedExtension",
    17: "addInfoNotAvailable",
    25: "systemFailure",
}
_MAX_ARCS, _MAX_ARC_DIGITS = 31, 19  # of a policy that is asked for
_CACHED_BYTES = 16 * 1024  # larger tokens are read anew each time
_SHOWN = 200  # characters of what an authority says in its own words
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TimestampToken:
    """A TimeStampToken, read and not judged. `der` is what to embed: where a server wrote BER, the same as DER.

    `hash` is a hashlib name, or the dotted OID of one we do not know. `gen_time` is aware, UTC, to the second.
    """

    der: bytes = field(repr=False)
    cms: CmsSignature = field(repr=False)
    policy: str
    hash: str
    imprint: bytes
    serial: int
    gen_time: datetime
    nonce: int | None


# ---- asking ----------------------------------------------------------------------------------------------------------


def timestamp_request(imprint: bytes, hash: Hash, *, nonce: int, policy: str | None = None) -> bytes:
    """DER TimeStampReq (RFC 3161, 2.4.1) that asks for the authority's certificate too.

    `policy`: dotted OID. InputError (IMPRINT) for an imprint that is not as long as that hash, (POLICY) for a bad OID.
    """
    if len(imprint) != HASH_SIZES[hash]:
        raise InputError(f"{hash} has {HASH_SIZES[hash]} bytes and the imprint {len(imprint)}", code="IMPRINT")
    return tlv(
        SEQUENCE,
        _VERSION_1,
        tlv(SEQUENCE, hash_identifier(hash), tlv(OCTET_STRING, imprint)),
        _policy_identifier(policy) if policy else b"",
        integer(nonce),
        _TRUE,
    )


def _policy_identifier(policy: str) -> bytes:
    arcs = policy.split(".")
    if not is_object_identifier(policy) or len(arcs) > _MAX_ARCS or max(map(len, arcs)) > _MAX_ARC_DIGITS:
        raise InputError(f"{policy!r} is no object identifier: write it as in 1.2.3.4", code="POLICY")
    return object_identifier(policy)


# ---- reading ---------------------------------------------------------------------------------------------------------


def token_of(response: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The TimeStampToken in a TimeStampResp (RFC 3161, 2.4.2), as encoded.

    TimestampError: TIMESTAMP_REFUSED with what the authority says, TIMESTAMP_MALFORMED.
    """
    return _read(lambda: _token_of(response, limits), "the authority's answer is no TimeStampResp")


def _token_of(response: bytes, limits: Limits) -> bytes:
    limits.check("cms_bytes", len(response))
    checked = check_der(response, limits, code="TIMESTAMP_MALFORMED")
    if checked.length != len(response):
        raise Malformed(f"{len(response) - checked.length} bytes follow its end")
    data = bytes(response) if checked.definite else to_definite(bytes(response))
    fields = Fields(data, element_at(data))
    status, said = _status(data, fields.take(SEQUENCE))
    token = fields.optional(SEQUENCE)
    fields.end()
    if status not in _GRANTED:
        name = _STATUSES[status] if 0 <= status < len(_STATUSES) else f"status {status}"
        raise TimestampError(
            f"the timestamp authority refused ({', '.join((name, *said))}): ask for what it offers, or ask another",
            code="TIMESTAMP_REFUSED",
        )
    if token is None:
        raise Malformed("it grants a timestamp and holds none")
    return token.whole(data)


def _status(data: bytes, parent: Element) -> tuple[int, list[str]]:
    """PKIStatusInfo: the status, and its reasons in words."""
    fields = Fields(data, parent)
    status = _integer(data, fields.take(INTEGER))
    said = []
    texts = fields.optional(SEQUENCE)
    if texts is not None:
        words = b" ".join(item.value(data) for item in elements(data, texts) if item.tag == _UTF8_STRING)
        said.append(ascii(words.decode("utf-8", "replace")[:_SHOWN]))
    failure = fields.optional(BIT_STRING)
    if failure is not None:
        bits = "".join(f"{octet:08b}" for octet in failure.value(data)[1:5])
        said += [_FAILURES.get(number, f"failure {number}") for number, bit in enumerate(bits) if bit == "1"]
    fields.end()
    return status, said


def read_token(token: bytes, limits: Limits = DEFAULT_LIMITS) -> TimestampToken:
    """The TimeStampToken in `token` (BER is accepted). TimestampError (TIMESTAMP_MALFORMED)."""
    read = _read_cached if len(token) <= _CACHED_BYTES else _read_token  # whoever fetched it has just read it
    return _read(lambda: read(bytes(token), limits), "it is no TimeStampToken")


def _read_token(token: bytes, limits: Limits) -> TimestampToken:
    cms = read_signed_data(token, limits)
    if len(cms.der) != len(token):
        raise Malformed(f"{len(token) - len(cms.der)} bytes follow its end")
    if cms.content_type != TST_INFO or cms.encapsulated is None:
        raise Malformed("it is signed data of another kind")
    if cms.signer_count != 1:
        raise Malformed(f"it has {cms.signer_count} signers instead of one")
    data = cms.encapsulated
    if check_der(data, limits, code="TIMESTAMP_MALFORMED").length != len(data):
        raise Malformed("bytes follow the end of its TSTInfo")
    fields = Fields(data, element_at(data))
    fields.take(INTEGER)  # version: there is only 1, and it says nothing
    policy = dotted(fields.take(OBJECT_IDENTIFIER).value(data))
    imprint = Fields(data, fields.take(SEQUENCE))
    hash = hash_algorithm(data, imprint.take(SEQUENCE))
    value = imprint.take(OCTET_STRING).value(data)
    imprint.end()
    serial = _integer(data, fields.take(INTEGER))
    gen_time = time_of(data, fields.take(_GENERALIZED_TIME))
    fields.optional(SEQUENCE)  # accuracy
    fields.optional(_BOOLEAN)  # ordering
    nonce = fields.optional(INTEGER)
    fields.optional(_TSA)
    fields.optional(_EXTENSIONS)
    fields.end()
    return TimestampToken(
        der=token if check_der(token, limits, code="TIMESTAMP_MALFORMED").definite else to_definite(token),
        cms=cms,
        policy=policy,
        hash=hash,
        imprint=value,
        serial=serial,
        gen_time=gen_time,
        nonce=_integer(data, nonce) if nonce else None,
    )


_read_cached = lru_cache(maxsize=16)(_read_token)


def _read(read: Callable[[], T], what: str) -> T:
    try:
        return read()
    except (Malformed, InputError, LimitExceeded) as error:
        raise TimestampError(f"{what}: {error}", code="TIMESTAMP_MALFORMED") from error


def _integer(data: bytes, element: Element) -> int:
    return int.from_bytes(element.value(data), "big", signed=True)
