"""Signature values: valid, invalid, and the third answer that is neither."""

from __future__ import annotations

import pytest
from asn1crypto import algos, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from demo import ca
from esign_core.algorithms import Mechanism
from esign_core.errors import InputError
from esign_core.pki.certificate import parse_certificate
from esign_core.pki.der import element_at, object_identifier, tlv
from esign_core.pki.identifiers import SignatureAlgorithm, signature_algorithm, signature_identifier
from esign_core.pki.signature import Outcome, verify_issued, verify_value
from tests.conftest import NOW, authority_of

DATA = b"these are the signed attributes"


def rsa_value(entity: ca.Entity, hash: hashes.HashAlgorithm, pad: padding.AsymmetricPadding | None = None) -> bytes:
    assert isinstance(entity.key, rsa.RSAPrivateKey)
    return entity.key.sign(DATA, pad or padding.PKCS1v15(), hash)


def ec_value(entity: ca.Entity, hash: hashes.HashAlgorithm) -> bytes:
    assert isinstance(entity.key, ec.EllipticCurvePrivateKey)
    return entity.key.sign(DATA, ec.ECDSA(hash))


def judged(entity: ca.Entity, mechanism: Mechanism | SignatureAlgorithm, value: bytes, data: bytes = DATA) -> Outcome:
    return verify_value(parse_certificate(entity.der), mechanism, value, data)


HASHES = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_256": hashes.SHA3_256(),
}


@pytest.mark.parametrize("name", HASHES)
def test_rsa(name: str) -> None:
    signer = authority_of("rsa").signer
    value = rsa_value(signer, HASHES[name])
    mechanism = Mechanism("rsa_pkcs1v15", name)  # type: ignore[arg-type]
    assert judged(signer, mechanism, value) is Outcome.VALID
    assert judged(signer, mechanism, value, DATA + b"!") is Outcome.INVALID
    assert judged(signer, mechanism, value[:-1] + bytes((value[-1] ^ 1,))) is Outcome.INVALID
    assert judged(signer, mechanism, value[:-1]) is Outcome.INVALID
    assert judged(signer, mechanism, b"") is Outcome.INVALID
    assert judged(authority_of("rsa").root, mechanism, value) is Outcome.INVALID
    other = "sha512" if name != "sha512" else "sha256"
    assert judged(signer, Mechanism("rsa_pkcs1v15", other), value) is Outcome.INVALID
    assert judged(signer, Mechanism("rsa_pss", name), value) is Outcome.INVALID  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["p256", "p384"])
@pytest.mark.parametrize("name", HASHES)
def test_ecdsa(kind: ca.KeyType, name: str) -> None:
    signer = ca.make_authority(NOW, kind).signer
    value = ec_value(signer, HASHES[name])
    mechanism = Mechanism("ecdsa", name)  # type: ignore[arg-type]
    assert judged(signer, mechanism, value) is Outcome.VALID
    assert judged(signer, mechanism, value, DATA + b"!") is Outcome.INVALID
    assert judged(signer, mechanism, value + b"\0") is Outcome.INVALID
    assert judged(signer, mechanism, b"\x30\x80\0\0") is Outcome.INVALID


def test_pss_with_its_salt() -> None:
    signer = authority_of("rsa").signer
    value = rsa_value(signer, hashes.SHA256(), padding.PSS(padding.MGF1(hashes.SHA256()), 32))
    assert judged(signer, Mechanism("rsa_pss"), value) is Outcome.VALID
    assert judged(signer, Mechanism("rsa_pss", salt_length=32), value) is Outcome.VALID
    assert judged(signer, Mechanism("rsa_pss", salt_length=20), value) is Outcome.INVALID
    assert judged(signer, Mechanism("rsa_pkcs1v15"), value) is Outcome.INVALID


def test_ed25519() -> None:
    signer = ca.make_authority(NOW, "ed25519").signer
    assert isinstance(signer.key, ca.ed25519.Ed25519PrivateKey)
    value = signer.key.sign(DATA)
    assert judged(signer, Mechanism("ed25519"), value) is Outcome.VALID
    assert judged(signer, Mechanism("ed25519"), value, b"") is Outcome.INVALID


def test_unsupported_is_neither_valid_nor_invalid() -> None:
    signer = authority_of("rsa").signer
    value = rsa_value(signer, hashes.SHA256())
    assert judged(signer, SignatureAlgorithm("1.2.3", "1.2.3", None, None), value) is Outcome.UNSUPPORTED
    assert judged(signer, Mechanism("rsa_pkcs1v15", "shake256"), value) is Outcome.UNSUPPORTED
    assert judged(signer, Mechanism("rsa_pss", "shake256"), value) is Outcome.UNSUPPORTED


def test_a_value_of_another_kind_of_key_is_invalid() -> None:
    fits = ec_value(authority_of("p256").signer, hashes.SHA256())
    assert judged(authority_of("p256").signer, Mechanism("rsa_pkcs1v15"), fits) is Outcome.INVALID
    assert judged(authority_of("rsa").signer, Mechanism("ecdsa"), bytes(70)) is Outcome.INVALID


@given(st.binary(max_size=300), st.sampled_from(["rsa_pkcs1v15", "rsa_pss", "ecdsa"]))
def test_no_bytes_are_valid_by_chance_or_raise(value: bytes, scheme: str) -> None:
    for kind in ("rsa", "p256"):
        signer = authority_of(kind).signer  # type: ignore[arg-type]
        assert judged(signer, Mechanism(scheme), value) is Outcome.INVALID  # type: ignore[arg-type]


def test_issued_by() -> None:
    authority = authority_of("rsa")
    signer, intermediate, root = (
        parse_certificate(entity.der) for entity in (authority.signer, authority.intermediate, authority.root)
    )
    assert verify_issued(signer, intermediate) is Outcome.VALID
    assert verify_issued(root, root) is Outcome.VALID
    assert verify_issued(signer, root) is Outcome.INVALID


# ---- algorithm identifiers -------------------------------------------------------------------------------------------


def named(identifier: algos.SignedDigestAlgorithm, digest: str | None = None) -> SignatureAlgorithm:
    data = identifier.dump()
    return signature_algorithm(data, element_at(data), digest)


@pytest.mark.parametrize(
    ("theirs", "scheme", "hash"),
    [
        ("sha1_rsa", "rsa_pkcs1v15", "sha1"),
        ("sha224_rsa", "rsa_pkcs1v15", "sha224"),
        ("sha256_rsa", "rsa_pkcs1v15", "sha256"),
        ("sha384_rsa", "rsa_pkcs1v15", "sha384"),
        ("sha512_rsa", "rsa_pkcs1v15", "sha512"),
        ("sha1_ecdsa", "ecdsa", "sha1"),
        ("sha224_ecdsa", "ecdsa", "sha224"),
        ("sha256_ecdsa", "ecdsa", "sha256"),
        ("sha384_ecdsa", "ecdsa", "sha384"),
        ("sha512_ecdsa", "ecdsa", "sha512"),
        ("sha3_512_ecdsa", "ecdsa", "sha3_512"),
        ("ed25519", "ed25519", None),
        ("ed448", "ed448", None),
        ("md5_rsa", None, None),
        ("sha256_dsa", None, None),
    ],
)
def test_algorithm_identifiers_as_asn1crypto(theirs: str, scheme: str | None, hash: str | None) -> None:
    found = named(algos.SignedDigestAlgorithm({"algorithm": theirs}))
    assert (found.scheme, found.hash) == (scheme, hash)
    assert found.oid == algos.SignedDigestAlgorithmId(theirs).dotted


def test_rsa_encryption_takes_the_hash_of_the_signer_info() -> None:
    identifier = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
    assert named(identifier, "sha512").hash == "sha512"
    assert named(identifier, "sha512").scheme == "rsa_pkcs1v15"
    assert named(identifier, "1.2.3").scheme is None
    assert named(identifier).scheme is None


def pss(**parameters: object) -> algos.SignedDigestAlgorithm:
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)})


def _mask(hash: str) -> dict[str, object]:
    return {"algorithm": "mgf1", "parameters": {"algorithm": hash}}


def test_pss_parameters() -> None:
    sha512 = {"algorithm": "sha512"}
    found = named(pss(hash_algorithm=sha512, mask_gen_algorithm=_mask("sha512"), salt_length=17))
    assert (found.scheme, found.hash, found.salt_length) == ("rsa_pss", "sha512", 17)
    bare = tlv(0x30, object_identifier("1.2.840.113549.1.1.10"), tlv(0x30))
    found = signature_algorithm(bare, element_at(bare))
    assert (found.scheme, found.hash, found.salt_length) == ("rsa_pss", "sha1", 20)  # the defaults of RFC 8017, A.2.3
    assert named(pss(hash_algorithm=sha512, mask_gen_algorithm=_mask("sha256"), salt_length=17)).scheme is None
    assert named(pss(hash_algorithm=sha512, mask_gen_algorithm=_mask("sha512"), salt_length=-1)).scheme is None


@pytest.mark.parametrize(
    ("scheme", "hash", "theirs"),
    [
        ("rsa_pkcs1v15", "sha256", "sha256_rsa"),
        ("rsa_pkcs1v15", "sha384", "sha384_rsa"),
        ("rsa_pkcs1v15", "sha512", "sha512_rsa"),
        ("rsa_pkcs1v15", "sha3_256", "2.16.840.1.101.3.4.3.14"),
        ("ecdsa", "sha256", "sha256_ecdsa"),
        ("ecdsa", "sha384", "sha384_ecdsa"),
        ("ecdsa", "sha512", "sha512_ecdsa"),
        ("ecdsa", "sha3_256", "sha3_256_ecdsa"),
    ],
)
def test_identifiers_written_as_asn1crypto(scheme: str, hash: str, theirs: str) -> None:
    ours = signature_identifier(Mechanism(scheme, hash))  # type: ignore[arg-type]
    values: dict[str, object] = {"algorithm": algos.SignedDigestAlgorithmId(theirs).dotted}
    if scheme == "rsa_pkcs1v15":
        values["parameters"] = core.Any(core.Null())  # RFC 5754, 3.2: they MUST be there
    assert ours == algos.AlgorithmIdentifier(values).dump()
    found = signature_algorithm(ours, element_at(ours))
    assert (found.scheme, found.hash) == (scheme, hash)


@pytest.mark.parametrize("mechanism", [Mechanism("rsa_pss"), Mechanism("ed25519"), Mechanism("ecdsa", "shake256")])
def test_what_is_not_written_yet_is_refused(mechanism: Mechanism) -> None:
    with pytest.raises(InputError) as caught:
        signature_identifier(mechanism)
    assert caught.value.code == "MECHANISM"
