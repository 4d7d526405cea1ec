"""CMS as we write it, against asn1crypto, openssl and pyHanko."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import algos, core, tsp
from asn1crypto import cms as asn1
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from demo import ca
from esign_core.algorithms import HASH_SIZES, Hash, Mechanism, digest
from esign_core.errors import InputError
from esign_core.pki.cms_build import signed_attributes, signed_data
from esign_core.signer import ToBeSigned
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests.conftest import NOW, PASSPHRASE, authority_of

DOCUMENT = b"%PDF-1.7 these bytes are signed"


@cache
def signer_with(kind: ca.KeyType, hash: Hash) -> Pkcs12Signer:
    mechanism = Mechanism("ecdsa" if kind == "p256" else "rsa_pkcs1v15", hash)
    bundle = authority_of(kind).pkcs12(PASSPHRASE)
    return Pkcs12Signer.load(bundle, passphrase=PASSPHRASE, mechanism=mechanism)


def built(kind: ca.KeyType, hash: Hash = "sha256", unsigned: tuple[bytes, ...] = ()) -> bytes:
    """A signature over DOCUMENT, as `signing` makes it."""
    signer = signer_with(kind, hash)
    attributes = signed_attributes(digest(hash, DOCUMENT), signer.certificate, hash)
    value = signer.sign(ToBeSigned(attributes, signer.mechanism))
    return signed_data(attributes, value, signer.certificate, signer.chain, signer.mechanism, unsigned=unsigned)


# ---- the oracle: the same values put together by asn1crypto ----------------------------------------------------------


def attributes_by_asn1crypto(document_digest: bytes, certificate: bytes, hash: Hash) -> asn1.CMSAttributes:
    reference = tsp.ESSCertIDv2(
        {
            **({} if hash == "sha256" else {"hash_algorithm": digest_algorithm(hash)}),  # its default stays away
            "cert_hash": digest(hash, certificate),
        }
    )
    return asn1.CMSAttributes(
        [
            asn1.CMSAttribute({"type": "content_type", "values": ["data"]}),
            asn1.CMSAttribute({"type": "message_digest", "values": [document_digest]}),
            asn1.CMSAttribute(
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [reference]})]}
            ),
        ]
    )


def digest_algorithm(hash: Hash) -> algos.DigestAlgorithm:
    """Without parameters, as RFC 5754, 2 wants it written; asn1crypto alone would add NULL."""
    oid = algos.DigestAlgorithmId(hash).dotted
    return algos.DigestAlgorithm.load(algos.AlgorithmIdentifier({"algorithm": oid}).dump())


def signed_data_by_asn1crypto(cms: bytes, signer: Pkcs12Signer) -> bytes:
    """The CMS that the value, attributes and certificates in `cms` should make."""
    theirs = asn1.ContentInfo.load(cms)["content"]["signer_infos"][0]
    certificate = asn1_x509.Certificate.load(signer.certificate)
    hash, scheme = signer.mechanism.hash, signer.mechanism.scheme
    info = asn1.SignerInfo(
        {
            "version": "v1",
            "sid": asn1.SignerIdentifier(
                {
                    "issuer_and_serial_number": asn1.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": digest_algorithm(hash),
            "signed_attrs": asn1.CMSAttributes.load(b"\x31" + theirs["signed_attrs"].dump()[1:]),
            "signature_algorithm": {"algorithm": f"{hash}_{'ecdsa' if scheme == 'ecdsa' else 'rsa'}"},
            "signature": theirs["signature"].native,
        }
    )
    certificates = [asn1_x509.Certificate.load(der) for der in (signer.certificate, *signer.chain)]
    return asn1.ContentInfo(
        {
            "content_type": "signed_data",
            "content": asn1.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [digest_algorithm(hash)],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": certificates,
                    "signer_infos": [info],
                }
            ),
        }
    ).dump()


_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=16)


@given(st.data(), st.sampled_from(["sha256", "sha384", "sha512"]), st.integers(1, 2**159 - 1), _texts)
def test_signed_attributes_as_asn1crypto(data: st.DataObject, hash: Hash, serial: int, name: str) -> None:
    entity = _named(name, serial)
    size = HASH_SIZES[hash]
    document_digest = data.draw(st.binary(min_size=size, max_size=size))
    theirs = attributes_by_asn1crypto(document_digest, entity.der, hash)
    assert signed_attributes(document_digest, entity.der, hash) == theirs.dump()


def _named(name: str, serial: int) -> ca.Entity:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    key = ca.make_key("p256", "any")
    return ca.make_certificate(
        subject, key, issuer=None, serial=serial, not_before=NOW, not_after=NOW + timedelta(days=1), is_ca=False
    )


def test_signed_attributes_say_no_time_and_are_small() -> None:
    der = signed_attributes(bytes(32), authority_of("rsa").signer.der)
    types = [attribute["type"].native for attribute in asn1.CMSAttributes.load(der)]
    assert sorted(types) == ["content_type", "message_digest", "signing_certificate_v2"]
    assert len(der) < 300


@pytest.mark.parametrize("hash", ["sha256", "sha384", "sha512"])
def test_signed_data_as_asn1crypto(key_type: ca.KeyType, hash: Hash) -> None:
    cms = built(key_type, hash)
    assert cms == signed_data_by_asn1crypto(cms, signer_with(key_type, hash))


def test_it_is_deterministic() -> None:
    assert built("rsa") == built("rsa")


def test_a_certificate_is_embedded_once() -> None:
    signer = signer_with("rsa", "sha256")
    chain = (*signer.chain, signer.certificate, *signer.chain)
    attributes = signed_attributes(bytes(32), signer.certificate)
    cms = signed_data(attributes, bytes(256), signer.certificate, chain, signer.mechanism)
    assert len(asn1.ContentInfo.load(cms)["content"]["certificates"]) == 3


def test_unsigned_attributes() -> None:
    stamp = asn1.CMSAttribute({"type": "1.2.3.4", "values": [core.Any(core.Integer(5))]}).dump()
    other = asn1.CMSAttribute({"type": "1.2.3.3", "values": [core.Any(core.Integer(5))]}).dump()
    info = asn1.ContentInfo.load(built("rsa", unsigned=(stamp, other)))["content"]["signer_infos"][0]
    assert [item.dump() for item in info["unsigned_attrs"]] == [other, stamp]


def test_mechanisms_that_are_not_written_yet() -> None:
    signer = signer_with("rsa", "sha256")
    attributes = signed_attributes(bytes(32), signer.certificate)
    with pytest.raises(InputError) as caught:
        signed_data(attributes, bytes(256), signer.certificate, signer.chain, Mechanism("rsa_pss"))
    assert caught.value.code == "MECHANISM"


def test_a_certificate_that_is_none() -> None:
    with pytest.raises(InputError) as caught:
        signed_data(bytes(32), bytes(256), b"not a certificate", (), Mechanism("rsa_pkcs1v15"))
    assert caught.value.code == "CERTIFICATE_MALFORMED"


# ---- openssl ---------------------------------------------------------------------------------------------------------


def openssl_verifies(cms: bytes, document: bytes, root: bytes, folder: Path) -> bool:
    (folder / "cms.der").write_bytes(cms)
    (folder / "document").write_bytes(document)
    (folder / "root.pem").write_bytes(root)
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", folder / "cms.der"]
    command += ["-content", folder / "document", "-CAfile", folder / "root.pem", "-purpose", "any"]
    command += ["-attime", str(int(NOW.timestamp())), "-out", folder / "out"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("hash", ["sha256", "sha384", "sha512"])
def test_openssl_verifies(key_type: ca.KeyType, hash: Hash, tmp_path: Path) -> None:
    root = authority_of(key_type).root.pem
    assert openssl_verifies(built(key_type, hash), DOCUMENT, root, tmp_path)
    assert not openssl_verifies(built(key_type, hash), DOCUMENT + b"!", root, tmp_path)


def test_openssl_refuses_a_swapped_certificate(tmp_path: Path) -> None:
    """The signed reference is one that openssl reads: with another certificate of the same key it says no."""
    authority = authority_of("rsa")
    twin = ca.make_signer(authority.intermediate, NOW, "rsa", serial=0x7717)
    signer = signer_with("rsa", "sha256")
    attributes = signed_attributes(digest("sha256", DOCUMENT), signer.certificate)
    value = signer.sign(ToBeSigned(attributes, signer.mechanism))
    swapped = signed_data(attributes, value, twin.der, signer.chain, signer.mechanism)
    assert not openssl_verifies(swapped, DOCUMENT, authority.root.pem, tmp_path)
