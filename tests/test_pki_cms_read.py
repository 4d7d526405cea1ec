"""CMS as others write it: facts against asn1crypto, exotic but legal forms, and damaged ones."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, core
from asn1crypto import cms as asn1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from demo import ca
from esign_core.errors import EsignError, InputError, LimitExceeded
from esign_core.limits import Limits
from esign_core.pki.certificate import parse_certificate
from esign_core.pki.cms_read import CmsSignature, read_signed_data
from esign_core.pki.der import object_identifier, tlv
from esign_core.pki.signature import Outcome, verify_value
from tests.conftest import NOW, authority_of, signer_of
from tests.test_pki_cms import DOCUMENT, built

DATA = "1.2.840.113549.1.7.1"


def value_fits(cms: CmsSignature) -> bool:
    certificate = cms.signer_certificate()
    assert certificate is not None and cms.signed_attributes is not None
    return verify_value(certificate, cms.algorithm, cms.value, cms.signed_attributes) is Outcome.VALID


def rebuilt(
    cms: bytes,
    *,
    attributes: Callable[[list[bytes]], list[bytes]] | None = None,
    certificates: Callable[[list[bytes]], list[bytes]] | None = None,
    crls: list[bytes] | None = None,
    signers: int = 1,
) -> bytes:
    """The CMS with parts of it changed, as DER values; the signature value is left as it is."""
    signed = asn1.ContentInfo.load(cms)["content"]
    info = signed["signer_infos"][0]
    attribute_values = [item.dump() for item in info["signed_attrs"]]
    certificate_values = [item.dump() for item in signed["certificates"]]
    before, after = info.contents.split(info["signed_attrs"].dump())
    changed = attributes(attribute_values) if attributes else attribute_values
    signer = tlv(0x30, before, tlv(0xA0, *changed), after)
    kept = certificates(certificate_values) if certificates else certificate_values
    parts = [signed[name].dump() for name in ("version", "digest_algorithms", "encap_content_info")]
    parts += [tlv(0xA0, *kept)] if kept else []
    parts += [tlv(0xA1, *crls)] if crls else []
    parts.append(tlv(0x31, *[signer] * signers))
    return tlv(0x30, object_identifier("1.2.840.113549.1.7.2"), tlv(0xA0, tlv(0x30, *parts)))


def attribute(kind: str, *values: bytes) -> bytes:
    return tlv(0x30, object_identifier(kind), tlv(0x31, *values))


def refused(contents: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_signed_data(contents)
    assert caught.value.code == "CMS_MALFORMED"
    return str(caught.value)


def test_our_own(key_type: ca.KeyType) -> None:
    cms = built(key_type)
    found = read_signed_data(cms)
    signer = parse_certificate(signer_of(key_type).certificate)
    theirs = asn1.ContentInfo.load(cms)["content"]["signer_infos"][0]
    assert (found.der, found.trailing, found.version) == (cms, b"", 1)
    assert (found.content_type, found.encapsulated, found.signer_count) == (DATA, None, 1)
    assert (found.signer_issuer, found.signer_serial, found.signer_key_id) == (signer.issuer, signer.serial, None)
    assert found.signer_certificate() == signer
    assert found.signed_attributes == b"\x31" + theirs["signed_attrs"].dump()[1:]
    assert (found.attribute_content_type, found.message_digest) == (DATA, hashlib.sha256(DOCUMENT).digest())
    assert (found.digest_algorithm, found.algorithm.hash) == ("sha256", "sha256")
    assert found.value == theirs["signature"].native
    assert value_fits(found)
    assert {item.der for item in found.certificates} == {
        entity.der
        for entity in (authority_of(key_type).root, authority_of(key_type).intermediate, authority_of(key_type).signer)
    }
    assert len(found.signed_attribute_types) == 3
    assert found.signing_time is found.policy_oid is None
    assert found.crls == found.ocsps == found.timestamps == found.unsigned_attribute_types == found.findings == ()


def test_signed_reference_to_the_certificate() -> None:
    found = read_signed_data(built("rsa"))
    reference = found.signing_certificate
    assert reference is not None
    assert (reference.version, reference.hash) == (2, "sha256")
    authority = authority_of("rsa")
    assert reference.matches(parse_certificate(authority.signer.der))
    assert not reference.matches(parse_certificate(authority.intermediate.der))


# ---- padding and what is behind --------------------------------------------------------------------------------------


def test_padding_is_no_trailing_data() -> None:
    cms = built("p256")
    assert read_signed_data(cms + bytes(5000)).trailing == b""
    assert read_signed_data(cms + bytes(5000)).der == cms


def test_anything_else_is() -> None:
    found = read_signed_data(built("p256") + b"\0\0hidden\0\0")
    assert found.trailing == b"\0\0hidden"


# ---- as others write it ----------------------------------------------------------------------------------------------


def by_openssl(folder: Path, *options: str, kind: ca.KeyType = "rsa") -> bytes:
    authority = authority_of(kind)
    key = authority.signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "document").write_bytes(DOCUMENT)
    (folder / "signer.pem").write_bytes(key + authority.signer.pem)
    (folder / "chain.pem").write_bytes(authority.intermediate.pem)
    command = ["openssl", "cms", "-sign", "-binary", "-in", folder / "document", "-signer", folder / "signer.pem"]
    command += ["-certfile", folder / "chain.pem", "-outform", "DER", "-out", folder / "cms.der", *options]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / "cms.der").read_bytes()


def test_openssl_in_ber(tmp_path: Path) -> None:
    """Lengths that a marker ends, and the content in pieces: the facts are those of the DER form."""
    cms = by_openssl(tmp_path, "-stream", "-nodetach", "-cades")
    assert b"\x24\x80" in cms
    found = read_signed_data(cms + bytes(100))
    assert (found.der, found.trailing, found.encapsulated) == (cms, b"", DOCUMENT)
    assert found.message_digest == hashlib.sha256(DOCUMENT).digest()
    assert value_fits(found)


def test_openssl_by_key_identifier(tmp_path: Path) -> None:
    found = read_signed_data(by_openssl(tmp_path, "-keyid", kind="p256"))
    signer = parse_certificate(authority_of("p256").signer.der)
    assert (found.version, found.signer_issuer, found.signer_serial) == (3, None, None)
    assert found.signer_key_id == signer.subject_key_id
    assert found.signer_certificate() == signer
    assert value_fits(found)
    assert found.signing_certificate is None
    assert found.signing_time is not None and found.signing_time.tzinfo is UTC


def test_openssl_without_attributes(tmp_path: Path) -> None:
    found = read_signed_data(by_openssl(tmp_path, "-noattr"))
    assert found.signed_attributes is found.message_digest is found.attribute_content_type is None
    assert found.signed_attribute_types == ()
    certificate = found.signer_certificate()
    assert certificate is not None
    assert verify_value(certificate, found.algorithm, found.value, DOCUMENT) is Outcome.VALID


def test_openssl_with_pss(tmp_path: Path) -> None:
    found = read_signed_data(by_openssl(tmp_path, "-keyopt", "rsa_padding_mode:pss"))
    assert (found.algorithm.scheme, found.algorithm.hash) == ("rsa_pss", "sha256")
    assert value_fits(found)


def test_openssl_with_sha1(tmp_path: Path) -> None:
    """Read and named, so that the policy can refuse it for what it is."""
    found = read_signed_data(by_openssl(tmp_path, "-md", "sha1", "-cades"))
    assert (found.digest_algorithm, found.algorithm.hash) == ("sha1", "sha1")
    assert found.signing_certificate is not None
    assert (found.signing_certificate.version, found.signing_certificate.hash) == (1, "sha1")
    assert found.signing_certificate.matches(parse_certificate(authority_of("rsa").signer.der))
    assert value_fits(found)


def test_two_signers() -> None:
    assert read_signed_data(rebuilt(built("rsa"), signers=2)).signer_count == 2


def test_attributes_are_taken_in_the_order_encoded() -> None:
    """RFC 5652 wants DER; what a signer signed unsorted is verified as it was signed."""
    attributes = asn1.ContentInfo.load(built("p256"))["content"]["signer_infos"][0]["signed_attrs"]
    backwards = b"".join(item.dump() for item in reversed(list(attributes)))
    cms = built("p256").replace(attributes.contents, backwards)
    found = read_signed_data(cms)
    assert found.signed_attributes == tlv(0x31, backwards)
    assert not value_fits(found)


# ---- what the attributes say -----------------------------------------------------------------------------------------


def with_attribute(kind: str, *values: bytes, **changed: Any) -> bytes:
    """One more signed attribute (the signature value does not fit any more, which reading does not care about)."""
    return rebuilt(built("p256"), attributes=lambda kept: [*kept, attribute(kind, *values)], **changed)


SIGNING_TIME = "1.2.840.113549.1.9.5"
POLICY = "1.2.840.113549.1.9.16.2.15"
ARCHIVAL = "1.2.840.113583.1.1.8"
V1, V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (tlv(0x17, b"261124023000Z"), datetime(2026, 11, 24, 2, 30, tzinfo=UTC)),
        (tlv(0x17, b"991231235959Z"), datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (tlv(0x18, b"20501124023000Z"), datetime(2050, 11, 24, 2, 30, tzinfo=UTC)),
        (tlv(0x18, b"20501124023000.123Z"), datetime(2050, 11, 24, 2, 30, tzinfo=UTC)),
    ],
)
def test_signing_time(value: bytes, moment: datetime) -> None:
    assert read_signed_data(with_attribute(SIGNING_TIME, value)).signing_time == moment


@pytest.mark.parametrize(
    "value", [tlv(0x17, b"20261124023000Z"), tlv(0x17, b"261324023000Z"), tlv(0x17, b"2611240230Z"), tlv(0x04, b"x")]
)
def test_a_signing_time_that_is_none_is_a_finding(value: bytes) -> None:
    found = read_signed_data(with_attribute(SIGNING_TIME, value))
    assert found.signing_time is None
    assert found.message_digest is not None
    assert [(finding.code, finding.args["oid"]) for finding in found.findings] == [
        ("CMS_ATTRIBUTE_UNREADABLE", SIGNING_TIME)
    ]


def test_signature_policy() -> None:
    explicit = tlv(0x30, object_identifier("2.16.360.1.1.1"), tlv(0x30))
    assert read_signed_data(with_attribute(POLICY, explicit)).policy_oid == "2.16.360.1.1.1"
    assert read_signed_data(with_attribute(POLICY, b"\x05\0")).policy_oid == "implied"


def test_revocation_values_inside() -> None:
    crl = authority_of("p256").crls()[0]
    archival = tlv(0x30, tlv(0xA0, tlv(0x30, crl)), tlv(0xA1, tlv(0x30, tlv(0x30, b"\x0a\x01\x00"))))

    other = tlv(0xA1, object_identifier("1.3.6.1.5.5.7.16.2"), b"\x30\0")  # RFC 5940
    foreign = tlv(0xA1, object_identifier("1.2.3.4"), b"\x05\0")
    found = read_signed_data(with_attribute(ARCHIVAL, archival, crls=[crl, other, foreign]))
    assert found.crls == (crl, crl)
    assert found.ocsps == (b"\x30\0", b"\x30\x03\x0a\x01\x00")


def test_timestamps_and_other_unsigned_attributes() -> None:
    stamp = asn1.ContentInfo.load(built("rsa"))
    unsigned = asn1.CMSAttribute({"type": "signature_time_stamp_token", "values": [stamp]}).dump()
    found = read_signed_data(built("p256", unsigned=(unsigned, attribute("1.2.3.4", b"\x05\0"))))
    assert found.timestamps == (stamp.dump(),)
    assert set(found.unsigned_attribute_types) == {"1.2.840.113549.1.9.16.2.14", "1.2.3.4"}


@pytest.mark.parametrize("kind", ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"])
def test_an_attribute_that_decides_may_be_there_only_once(kind: str) -> None:
    """Two message digests: which one did the signer mean?"""
    assert kind in refused(with_attribute(kind, tlv(0x04, bytes(32))))
    assert kind in refused(with_attribute(kind))


def test_an_attribute_that_decides_has_one_value() -> None:
    kind = "1.2.840.113549.1.9.4"
    twice = attribute(kind, tlv(0x04, bytes(32)), tlv(0x04, bytes(32)))
    cms = rebuilt(
        built("p256"), attributes=lambda kept: [item for item in kept if object_identifier(kind) not in item] + [twice]
    )
    assert "exactly one value" in refused(cms)


def with_reference(kind: str, value: bytes) -> bytes:
    """The signed reference to the certificate replaced by another."""
    return rebuilt(
        built("p256"),
        attributes=lambda kept: [item for item in kept if object_identifier(V2) not in item] + [attribute(kind, value)],
    )


@pytest.mark.parametrize(
    ("parts", "matches"),
    [
        ({}, True),
        ({"issuer": "other"}, False),
        ({"serial": 1}, False),
        ({"digest": bytes(20)}, False),
        ({"issuer": None}, True),
    ],
)
def test_a_reference_fits_in_all_its_parts(parts: dict[str, object], matches: bool) -> None:
    certificate = parse_certificate(authority_of("p256").signer.der)
    name = certificate.subject if parts.get("issuer") == "other" else certificate.issuer
    serial = parts.get("serial", certificate.serial)
    assert isinstance(serial, int)
    issuer_serial = tlv(0x30, tlv(0x30, tlv(0xA4, name)), core.Integer(serial).dump())
    value = parts.get("digest", hashlib.sha1(certificate.der).digest())
    assert isinstance(value, bytes)
    reference = tlv(0x30, tlv(0x04, value), b"" if "issuer" in parts and parts["issuer"] is None else issuer_serial)

    cms = with_reference(V1, tlv(0x30, tlv(0x30, reference)))
    found = read_signed_data(cms).signing_certificate
    assert found is not None
    assert (found.version, found.hash) == (1, "sha1")
    assert found.matches(certificate) is matches


def test_a_reference_by_an_unknown_hash_fits_nothing() -> None:
    algorithm = tlv(0x30, object_identifier("1.2.3.4"))
    value = tlv(0x30, tlv(0x30, tlv(0x30, algorithm, tlv(0x04, bytes(32)))))
    reference = read_signed_data(with_reference(V2, value)).signing_certificate
    assert reference is not None and reference.hash == "1.2.3.4"
    assert not reference.matches(parse_certificate(authority_of("p256").signer.der))


# ---- whose certificate -----------------------------------------------------------------------------------------------


def test_the_signer_may_come_from_elsewhere() -> None:
    found = read_signed_data(rebuilt(built("p256"), certificates=lambda _: []))
    signer = parse_certificate(authority_of("p256").signer.der)
    assert found.certificates == ()
    assert found.signer_certificate() is None
    assert found.signer_certificate([parse_certificate(authority_of("p256").root.der), signer]) == signer


def test_of_two_with_the_same_name_the_one_signed_along() -> None:
    found = read_signed_data(rebuilt(built("p256"), certificates=lambda _: []))
    signer = parse_certificate(authority_of("p256").signer.der)
    twin = parse_certificate(ca.make_signer(authority_of("p256").intermediate, NOW, "p256", common_name="Kembar").der)
    assert (twin.issuer, twin.serial) == (signer.issuer, signer.serial)
    assert found.signer_certificate([twin, signer]) == signer
    assert found.signer_certificate([twin]) == twin


def test_certificates_that_cannot_be_read_are_findings() -> None:
    found = read_signed_data(rebuilt(built("p256"), certificates=lambda kept: [*kept, tlv(0x30, b"\x05\0")]))
    assert len(found.certificates) == 3
    assert [finding.code for finding in found.findings] == ["CMS_CERTIFICATE_UNREADABLE"]
    assert value_fits(found)


# ---- what is no CMS --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("contents", [b"", b"\0" * 8192, b"\x30", b"\x30\0", b"\x30\x80\0\0", b"\x04\x02ab", b"hello"])
def test_other_bytes(contents: bytes) -> None:
    refused(contents)


def test_cms_of_another_type() -> None:
    assert "another type" in refused(tlv(0x30, object_identifier(DATA), tlv(0xA0, tlv(0x04, b"x"))))


def test_no_signer() -> None:
    assert "no signer" in refused(rebuilt(built("p256"), signers=0))


def test_limits() -> None:
    cms = built("p256")
    for name, value in (("cms_bytes", 1000), ("der_depth", 5), ("certificates", 2)):
        with pytest.raises(LimitExceeded) as caught:
            read_signed_data(cms, Limits(**{name: value}))
        assert caught.value.limit == name


def test_an_object_identifier_of_megabytes_costs_little() -> None:
    """Its arithmetic is quadratic: minutes for the reader that does it."""
    assert "too long" in refused(tlv(0x30, tlv(0x06, b"\x2a" + b"\x81" * 2_000_000 + b"\x01"), tlv(0xA0, tlv(0x30))))


@given(st.data())
def test_damaged_bytes_are_read_as_asn1crypto_does_or_refused(data: st.DataObject) -> None:
    cms = bytearray(built("rsa"))
    for _ in range(data.draw(st.integers(1, 3))):
        cms[data.draw(st.integers(0, len(cms) - 1))] = data.draw(st.integers(0, 255))
    try:
        ours = read_signed_data(bytes(cms))
    except EsignError as error:
        assert error.code in ("CMS_MALFORMED", "LIMIT")
        return
    theirs = asn1_facts(bytes(cms))
    if theirs is not None:
        found = (ours.value, ours.message_digest, ours.signed_attributes, ours.signer_serial, ours.algorithm.oid)
        assert found == theirs


def asn1_facts(cms: bytes) -> tuple[object, ...] | None:
    """What asn1crypto reads; None where it does not."""
    try:
        info = asn1.ContentInfo.load(cms)["content"]["signer_infos"][0]
        digests = [item["values"][0].native for item in info["signed_attrs"] if item["type"].native == "message_digest"]
        return (
            info["signature"].native,
            digests[0] if digests else None,
            b"\x31" + info["signed_attrs"].dump()[1:],
            info["sid"].chosen["serial_number"].native,
            algos.SignedDigestAlgorithmId.load(info["signature_algorithm"]["algorithm"].dump()).dotted,
        )
    except (ValueError, TypeError, KeyError):
        return None


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_as_ours(data: bytes) -> None:
    with pytest.raises(EsignError):
        read_signed_data(data)
