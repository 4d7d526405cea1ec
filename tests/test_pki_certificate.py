"""A certificate as a value: against `cryptography`, and refused when it is not one."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, timedelta

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.x509.oid import CertificatePoliciesOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from demo import ca
from esign_core.errors import EsignError, InputError, LimitExceeded
from esign_core.limits import Limits
from esign_core.pki.certificate import parse_certificate
from tests.conftest import NOW, authority_of

ORGANIZATION = "Kabupaten Tirta Mulya (contoh)"


def edited(der: bytes, edit: Callable[[asn1.TbsCertificate], None]) -> bytes:
    """The certificate with its contents changed; nobody checks the signature here."""
    certificate = asn1.Certificate.load(der)
    edit(certificate["tbs_certificate"])
    return certificate.dump(force=True)


def test_what_a_signer_certificate_says(authority: ca.Authority) -> None:
    entity = authority.signer
    found = parse_certificate(entity.der)
    theirs = entity.certificate
    assert found.der == entity.der
    assert found.sha256 == theirs.fingerprint(ca.hashes.SHA256()).hex()
    assert found.subject == theirs.subject.public_bytes()
    assert found.issuer == theirs.issuer.public_bytes()
    assert found.subject_text == theirs.subject.rfc4514_string()
    assert found.issuer_text == theirs.issuer.rfc4514_string()
    assert (found.common_name, found.organization) == ("Dra. Sekar Ayuningtyas, M.Hum.", ORGANIZATION)
    assert (found.issuer_common_name, found.label) == ("CA Tanda Tangan Contoh", found.common_name)
    assert (found.serial, found.version) == (theirs.serial_number, 3)
    assert (found.not_before, found.not_after) == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
    assert found.not_before.tzinfo is UTC
    assert found.tbs == theirs.tbs_certificate_bytes
    assert found.signature_value == theirs.signature
    assert found.public_key == theirs.public_key().public_bytes(
        ca.Encoding.DER, ca.pkcs12.serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert found.key_usage == {"digitalSignature", "nonRepudiation"}
    assert found.ext_key_usage == ("1.3.6.1.5.5.7.3.36",)
    assert (found.is_ca, found.path_length, found.self_issued) == (False, None, False)
    assert found.unknown_critical == found.policies == found.crl_points == ()
    assert not found.name_constraints


@pytest.mark.parametrize(
    ("kind", "key", "key_kind", "bits", "algorithm", "hash"),
    [
        ("rsa", "RSA-2048", "rsa", 2048, "sha256WithRSAEncryption", "sha256"),
        ("rsa1024", "RSA-1024", "rsa", 1024, "sha256WithRSAEncryption", "sha256"),
        ("p256", "EC-secp256r1", "ec", 256, "ecdsa-with-SHA256", "sha256"),
        ("p384", "EC-secp384r1", "ec", 384, "ecdsa-with-SHA256", "sha256"),
        ("ed25519", "Ed25519", "ed25519", 256, "ed25519", None),
    ],
)
def test_keys_and_algorithms(
    kind: ca.KeyType, key: str, key_kind: str, bits: int, algorithm: str, hash: str | None
) -> None:
    found = parse_certificate(ca.make_authority(NOW, kind).signer.der)
    assert (found.key, found.key_kind, found.key_bits) == (key, key_kind, bits)
    assert (found.signature_algorithm, found.signature_hash) == (algorithm, hash)


def test_what_a_ca_certificate_says() -> None:
    found = parse_certificate(authority_of("p256").intermediate.der)
    root = parse_certificate(authority_of("p256").root.der)
    assert (found.is_ca, found.path_length, found.key_usage) == (True, 0, {"keyCertSign", "cRLSign"})
    assert found.authority_key_id == root.subject_key_id is not None
    assert root.self_issued
    assert root.ext_key_usage is None


def test_extensions() -> None:
    uri = x509.UniformResourceIdentifier("http://ca.example/ca.crl")
    directory = x509.DirectoryName(ca.make_name("CRL Contoh"))
    points = [
        x509.DistributionPoint([uri, directory], None, None, None),
        x509.DistributionPoint([x509.UniformResourceIdentifier("http://indirect")], None, None, [directory]),
        x509.DistributionPoint(
            [x509.UniformResourceIdentifier("http://some")], None, frozenset([x509.ReasonFlags.key_compromise]), None
        ),
    ]
    entity = ca.make_signer(
        authority_of("p256").intermediate,
        NOW,
        "p256",
        extensions=[
            (x509.CertificatePolicies([x509.PolicyInformation(CertificatePoliciesOID.ANY_POLICY, None)]), True),
            (x509.CRLDistributionPoints(points), False),
            (x509.NameConstraints([directory], None), True),
            (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),
            (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.5"), b"\x05\x00"), False),
            (x509.InhibitAnyPolicy(0), True),
        ],
    )
    found = parse_certificate(entity.der)
    assert found.policies == ("2.5.29.32.0",)
    assert found.name_constraints
    assert set(found.unknown_critical) == {"1.2.3.4", "2.5.29.54"}
    # points that answer for some reasons only, or are signed by somebody else, do not answer
    name = directory.value.public_bytes().hex()
    assert found.crl_points == ("UniformResourceIdentifier:http://ca.example/ca.crl", f"DirectoryName:{name}")


def test_names_without_a_common_name_are_called_by_their_subject() -> None:
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Desa Contoh")])
    entity = ca.make_certificate(
        subject,
        ca.make_key("p256", "x"),
        issuer=None,
        serial=1,
        not_before=NOW,
        not_after=NOW + timedelta(days=1),
        is_ca=False,
    )
    found = parse_certificate(entity.der)
    assert (found.common_name, found.organization, found.label) == (None, "Desa Contoh", "O=Desa Contoh")
    assert found.key_usage is None


def test_version_1_has_no_extensions() -> None:
    def strip(tbs: asn1.TbsCertificate) -> None:
        tbs["version"] = "v1"
        del tbs["extensions"]

    found = parse_certificate(edited(authority_of("p256").root.der, strip))
    assert (found.version, found.is_ca, found.key_usage) == (1, False, None)


def test_it_is_a_plain_value() -> None:
    found = parse_certificate(authority_of("p256").signer.der)
    assert pickle.loads(pickle.dumps(found)) == found
    assert found == parse_certificate(bytearray(found.der))
    assert found.der.hex()[:40] not in repr(found)


def _negative_serial(tbs: asn1.TbsCertificate) -> None:
    tbs["serial_number"] = -5


def _long_serial(tbs: asn1.TbsCertificate) -> None:
    tbs["serial_number"] = 2**16_000


def _other_algorithm(tbs: asn1.TbsCertificate) -> None:
    tbs["signature"] = {"algorithm": "sha512_ecdsa"}


def _duplicate_extension(tbs: asn1.TbsCertificate) -> None:
    tbs["extensions"].append(tbs["extensions"][0])


@pytest.mark.filterwarnings("ignore")  # cryptography warns where we refuse
@pytest.mark.parametrize("edit", [_negative_serial, _long_serial, _other_algorithm, _duplicate_extension])
def test_malformed_certificates_are_refused_at_once(edit: Callable[[asn1.TbsCertificate], None]) -> None:
    with pytest.raises(InputError) as caught:
        parse_certificate(edited(authority_of("p256").signer.der, edit))
    assert caught.value.code == "CERTIFICATE_MALFORMED"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"\x17\x0d2610", b"\x17\x0d2613"),  # a thirteenth month
        (b"\x55\x1d\x13\x01\x01\xff\x04\x02\x30\x00", b"\x55\x1d\x13\x01\x01\xff\x04\x02\x02\x00"),  # basic constraints
    ],
)
def test_what_cryptography_reads_late_is_refused_at_once(good: bytes, bad: bytes) -> None:
    der = authority_of("p256").signer.der
    assert der.count(good) == 1
    with pytest.raises(InputError) as caught:
        parse_certificate(der.replace(good, bad))
    assert caught.value.code == "CERTIFICATE_MALFORMED"


@pytest.mark.parametrize("der", [b"", b"\0", b"\x30\x00", b"\x30\x80\0\0", b"not a certificate", bytes(range(256))])
def test_other_bytes_are_refused(der: bytes) -> None:
    with pytest.raises(InputError) as caught:
        parse_certificate(der)
    assert caught.value.code == "CERTIFICATE_MALFORMED"


def test_bytes_behind_it_are_refused() -> None:
    with pytest.raises(InputError):
        parse_certificate(authority_of("p256").signer.der + b"\0")


def test_size_is_bounded() -> None:
    with pytest.raises(LimitExceeded) as caught:
        parse_certificate(authority_of("p256").signer.der, Limits(cms_bytes=100))
    assert caught.value.limit == "cms_bytes"


def test_large_certificates_are_read_too() -> None:
    comment = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), bytes(20_000))
    entity = ca.make_signer(authority_of("p256").intermediate, NOW, "p256", extensions=[(comment, False)])
    assert parse_certificate(entity.der).der == entity.der


@given(st.data())
def test_a_damaged_certificate_is_read_or_refused(data: st.DataObject) -> None:
    der = bytearray(authority_of("p256").signer.der)
    for _ in range(data.draw(st.integers(1, 3))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse_certificate(bytes(der))
    except EsignError as error:
        assert error.code in ("CERTIFICATE_MALFORMED", "LIMIT")
