"""A small certificate authority for the demo, the tests and the benchmarks; no part of the library.

Keys are made on the spot and never written down. Everything a test may want to vary is an argument; times are too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KeyType = Literal["rsa", "p256", "rsa1024", "rsa3072", "p384", "ed25519"]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
SignatureHash = hashes.SHA224 | hashes.SHA256 | hashes.SHA384 | hashes.SHA512
Revoked = tuple[int, datetime, x509.ReasonFlags | None]
"""Serial number, when, why."""

_RSA_BITS = {"rsa": 2048, "rsa1024": 1024, "rsa3072": 3072}

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING


@cache
def make_key(kind: KeyType, label: str) -> PrivateKey:
    """One key for each label and process: RSA keys take long to make, and tests ask for many."""
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind in _RSA_BITS:
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS[kind])
    return ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())


def make_name(common_name: str, organization: str = "Kabupaten Tirta Mulya (contoh)") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def key_usage(*names: str) -> x509.KeyUsage:
    """By the attribute names of `cryptography`; everything not named is off."""
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in names for name in every})


@dataclass(frozen=True)
class Entity:
    """A certificate with its key, and the entity that issued it (None: itself)."""

    certificate: x509.Certificate
    key: PrivateKey
    issuer: Entity | None = None

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def make_certificate(
    subject: x509.Name,
    key: PrivateKey,
    *,
    issuer: Entity | None,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    is_ca: bool,
    path_length: int | None = None,
    usage: x509.KeyUsage | None = None,
    purposes: Sequence[x509.ObjectIdentifier] = (),
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    hash_algorithm: SignatureHash | None = None,
) -> Entity:
    """`issuer` None: self-signed. `extensions`: more of them, each with its critical flag. SHA-256 unless told
    otherwise; Ed25519 has a hash of its own."""
    signing_key = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return Entity(builder.sign(signing_key, hash_algorithm or _hash_for(signing_key)), key, issuer)


def _hash_for(key: PrivateKey) -> hashes.SHA256 | None:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def make_crl(
    issuer: Entity,
    *,
    this_update: datetime,
    next_update: datetime,
    revoked: Sequence[Revoked] = (),
    signed_by: PrivateKey | None = None,
    issuer_name: x509.Name | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    """DER. `signed_by`: another key than the issuer's; `issuer_name`: another name; `extensions` each with its flag."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer_name or issuer.certificate.subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    for serial, moment, reason in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    key = signed_by or issuer.key
    return builder.sign(key, _hash_for(key)).public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Authority:
    """Root, intermediate and one signer, valid around `now`, with what a verifier needs."""

    root: Entity
    intermediate: Entity
    signer: Entity
    now: datetime

    def crls(self) -> list[bytes]:
        """Current and empty ones of root and intermediate."""
        return [
            make_crl(issuer, this_update=self.now - timedelta(days=1), next_update=self.now + timedelta(days=7))
            for issuer in (self.root, self.intermediate)
        ]

    def pkcs12(self, passphrase: str) -> bytes:
        return make_pkcs12(self.signer, [self.intermediate, self.root], passphrase)

    def with_signer(self, signer: Entity) -> Authority:
        return replace(self, signer=signer)


def make_pkcs12(signer: Entity, chain: Sequence[Entity], passphrase: str) -> bytes:
    """Key, certificate and the certificates above it, encrypted."""
    return pkcs12.serialize_key_and_certificates(
        b"demo",
        signer.key,
        signer.certificate,
        [entity.certificate for entity in chain],
        BestAvailableEncryption(passphrase.encode()),
    )


def make_authority(now: datetime, key_type: KeyType = "rsa") -> Authority:
    """A whole chain: root of 20 years, intermediate of 10, signer of 2."""
    root = make_certificate(
        make_name("Root CA Contoh"),
        make_key(key_type, "root"),
        issuer=None,
        serial=1,
        not_before=now - timedelta(days=3650),
        not_after=now + timedelta(days=3650),
        is_ca=True,
        usage=key_usage("key_cert_sign", "crl_sign"),
    )
    intermediate = make_certificate(
        make_name("CA Tanda Tangan Contoh"),
        make_key(key_type, "intermediate"),
        issuer=root,
        serial=2,
        not_before=now - timedelta(days=1825),
        not_after=now + timedelta(days=1825),
        is_ca=True,
        path_length=0,
        usage=key_usage("key_cert_sign", "crl_sign"),
    )
    return Authority(root, intermediate, make_signer(intermediate, now, key_type), now)


def make_signer(
    issuer: Entity,
    now: datetime,
    key_type: KeyType = "rsa",
    *,
    common_name: str = "Dra. Sekar Ayuningtyas, M.Hum.",
    serial: int = 0x5EC0DE,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    usage: x509.KeyUsage | None = None,
    purposes: Sequence[x509.ObjectIdentifier] = (DOCUMENT_SIGNING,),
    is_ca: bool = False,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> Entity:
    """A person's certificate, valid around `now` unless told otherwise."""
    return make_certificate(
        make_name(common_name),
        make_key(key_type, common_name),
        issuer=issuer,
        serial=serial,
        not_before=not_before or now - timedelta(days=30),
        not_after=not_after or now + timedelta(days=700),
        is_ca=is_ca,
        usage=usage or key_usage("digital_signature", "content_commitment"),
        purposes=purposes,
        extensions=extensions,
    )
