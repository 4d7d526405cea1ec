"""PKCS#12 bundles: a signer from a good one, a word of its own for every bad one, and no secret anywhere."""

from __future__ import annotations

import copy
import pickle
import traceback
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import pkcs12 as asn1
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from hypothesis import given
from hypothesis import strategies as st

from demo import ca
from esign_core.algorithms import Mechanism
from esign_core.errors import CredentialRejected, EsignError, InputError
from esign_core.pki.certificate import parse_certificate
from esign_core.pki.signature import Outcome, verify_value
from esign_core.signer import Signer, ToBeSigned
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests.conftest import NOW, authority_of

SECRET = "rahasia-äöü-7391"
TBS = b"these are the signed attributes"


def bundle(
    signer: ca.Entity | None, *others: ca.Entity, key: Any = None, with_certificate: bool = True, secret: str = SECRET
) -> bytes:
    encryption = BestAvailableEncryption(secret.encode()) if secret else NoEncryption()
    certificate = signer.certificate if signer and with_certificate else None
    signing_key = key or (signer.key if signer else None)
    certificates = [entity.certificate for entity in others]
    return pkcs12.serialize_key_and_certificates(b"kunci", signing_key, certificate, certificates, encryption)


def load(data: bytes, passphrase: Any = SECRET, **changed: Any) -> Pkcs12Signer:
    return Pkcs12Signer.load(data, passphrase=passphrase, **changed)


def refused(data: bytes, passphrase: Any = SECRET, **changed: Any) -> EsignError:
    with pytest.raises(EsignError) as caught:
        load(data, passphrase, **changed)
    return caught.value


def test_what_it_holds(authority: ca.Authority, key_type: ca.KeyType) -> None:
    signer: Signer = load(authority.pkcs12(SECRET))
    assert signer.certificate == authority.signer.der
    assert signer.chain == (authority.intermediate.der, authority.root.der)
    assert signer.mechanism == Mechanism("rsa_pkcs1v15" if key_type == "rsa" else "ecdsa", "sha256")


@pytest.mark.parametrize("hash", ["sha256", "sha384", "sha512"])
def test_it_signs(authority: ca.Authority, key_type: ca.KeyType, hash: Any) -> None:
    mechanism = Mechanism("rsa_pkcs1v15" if key_type == "rsa" else "ecdsa", hash)
    signer = load(authority.pkcs12(SECRET), mechanism=mechanism)
    value = signer.sign(ToBeSigned(TBS, mechanism))
    assert verify_value(parse_certificate(signer.certificate), mechanism, value, TBS) is Outcome.VALID


def test_the_secret_may_be_asked_for() -> None:
    asked: list[str] = []

    def handler(name: str) -> str:
        asked.append(name)
        return SECRET

    load(authority_of("p256").pkcs12(SECRET), handler)
    assert asked == ["passphrase"]


def test_a_bundle_without_a_passphrase() -> None:
    authority = authority_of("p256")
    assert load(bundle(authority.signer, authority.intermediate, secret=""), "").chain == (authority.intermediate.der,)


# ---- the chain -------------------------------------------------------------------------------------------------------


def test_the_chain_is_ordered_and_nothing_else_comes_along() -> None:
    authority, stranger = authority_of("p256"), authority_of("rsa")
    signer = load(bundle(authority.signer, authority.root, stranger.root, authority.intermediate))
    assert signer.chain == (authority.intermediate.der, authority.root.der)


def test_of_two_authorities_of_the_same_name_the_one_that_signed() -> None:
    authority = authority_of("p256")
    impostor = ca.make_certificate(
        authority.intermediate.certificate.subject,
        ca.make_key("p256", "impostor"),
        issuer=authority.root,
        serial=5,
        not_before=NOW,
        not_after=NOW + timedelta(days=1),
        is_ca=True,
    )
    assert load(bundle(authority.signer, impostor, authority.intermediate)).chain == (authority.intermediate.der,)


def test_no_chain() -> None:
    assert load(bundle(authority_of("p256").signer)).chain == ()


def test_the_certificate_may_stand_among_the_others() -> None:
    authority = authority_of("p256")
    data = bundle(None, authority.intermediate, authority.signer, key=authority.signer.key)
    signer = load(data)
    assert (signer.certificate, signer.chain) == (authority.signer.der, (authority.intermediate.der,))


# ---- bad bundles -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["", "rahasia", SECRET + " ", SECRET.upper()])
def test_wrong_passphrase(wrong: str) -> None:
    error = refused(authority_of("p256").pkcs12(SECRET), wrong)
    assert isinstance(error, CredentialRejected)
    assert error.code == "PASSPHRASE_WRONG"


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7", b"\x30\0", b"\x30\x80\0\0", b"\x30\x80" * 10_000])
def test_not_a_bundle(data: bytes) -> None:
    error = refused(data)
    assert isinstance(error, InputError) or error.code == "LIMIT"
    assert error.code in ("PKCS12_MALFORMED", "LIMIT")


def test_another_kind_of_der() -> None:
    assert refused(authority_of("p256").signer.der).code == "PKCS12_MALFORMED"


def test_a_truncated_bundle() -> None:
    data = authority_of("p256").pkcs12(SECRET)
    assert refused(data[:-1]).code == "PKCS12_MALFORMED"
    assert refused(data[: len(data) // 2]).code == "PKCS12_MALFORMED"


def test_no_key() -> None:
    error = refused(bundle(None, authority_of("p256").signer))
    assert isinstance(error, InputError)
    assert error.code == "NO_KEY"


def test_no_certificate() -> None:
    authority = authority_of("p256")
    assert refused(bundle(authority.signer, with_certificate=False)).code == "NO_CERTIFICATE"
    others = bundle(authority.signer, authority.intermediate, authority.root, with_certificate=False)
    assert refused(others).code == "NO_CERTIFICATE"


def test_the_key_of_another_certificate() -> None:
    """No tool writes such a bundle, so its key is swapped behind the tool's back."""
    authority = authority_of("p256")
    data = bundle(authority.signer, authority.intermediate, secret="")
    own, another = (
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        for key in (authority.signer.key, ca.make_key("p256", "another"))
    )
    assert data.count(own) == 1
    swapped = asn1.Pfx.load(data.replace(own, another))
    del swapped["mac_data"]
    error = refused(swapped.dump(force=True), "")
    assert isinstance(error, InputError)
    assert error.code == "KEY_MISMATCH"


@pytest.mark.parametrize("kind", ["p384", "ed25519"])
def test_keys_that_cannot_sign_yet(kind: ca.KeyType) -> None:
    error = refused(ca.make_authority(NOW, kind).pkcs12(SECRET))
    assert isinstance(error, InputError)
    assert error.code == "KEY_UNSUPPORTED"


@pytest.mark.parametrize("mechanism", [Mechanism("rsa_pkcs1v15"), Mechanism("ecdsa", "sha3_256"), Mechanism("ed25519")])
def test_a_mechanism_of_another_key(mechanism: Mechanism) -> None:
    error = refused(authority_of("p256").pkcs12(SECRET), mechanism=mechanism)
    assert isinstance(error, InputError)
    assert error.code == "MECHANISM"


def test_what_was_prepared_for_another_mechanism() -> None:
    signer = load(authority_of("p256").pkcs12(SECRET))
    with pytest.raises(InputError) as caught:
        signer.sign(ToBeSigned(TBS, Mechanism("ecdsa", "sha512")))
    assert caught.value.code == "MECHANISM"


@given(st.data())
def test_a_damaged_bundle_is_refused_or_the_same(data: st.DataObject) -> None:
    damaged = bytearray(_BUNDLE)
    at = data.draw(st.integers(0, len(damaged) - 1))
    damaged[at] ^= data.draw(st.integers(1, 255))
    try:
        load(bytes(damaged), "")
    except EsignError as error:
        assert error.code != "INTERNAL"


def test_a_warning_of_the_library_is_no_fault_of_ours() -> None:
    not_der = bytearray(_BUNDLE)
    not_der[6] ^= 0x80  # the version, which the library then reads once more, with a warning: an error in these tests
    with pytest.raises(InputError) as caught:
        load(bytes(not_der), "")
    assert caught.value.code == "PKCS12_MALFORMED"


_BUNDLE = bundle(authority_of("p256").signer, secret="")


# ---- secrets ---------------------------------------------------------------------------------------------------------


def test_it_shows_no_secret() -> None:
    authority = authority_of("p256")
    signer = load(authority.pkcs12(SECRET))
    assert repr(signer) == "Pkcs12Signer(mechanism=Mechanism(scheme='ecdsa', hash='sha256', salt_length=None))"
    shown = [getattr(signer, name) for name in signer.__slots__]
    assert SECRET not in repr(shown)
    assert not any(isinstance(value, ca.ec.EllipticCurvePrivateKey) for value in shown)
    assert not hasattr(signer, "__dict__")


@pytest.mark.parametrize("copying", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_stays_in_its_process(copying: Any) -> None:
    with pytest.raises(TypeError, match="does not pickle"):
        copying(load(authority_of("p256").pkcs12(SECRET)))


def test_it_is_frozen() -> None:
    with pytest.raises(AttributeError):
        load(authority_of("p256").pkcs12(SECRET)).mechanism = Mechanism("ecdsa")  # type: ignore[misc]


def test_no_error_speaks_of_the_passphrase() -> None:
    authority = authority_of("p256")
    for data in (authority.pkcs12("another"), b"hello", bundle(None, authority.signer)):
        error = refused(data)
        assert SECRET not in "".join(traceback.format_exception(error))
        assert SECRET not in repr(error.__dict__)


def test_a_handler_that_fails() -> None:
    def handler(_: str) -> str:
        raise OSError("the vault is sealed")

    error = refused(authority_of("p256").pkcs12(SECRET), handler)
    assert isinstance(error, CredentialRejected)
    assert error.code == "SECRETS_HANDLER"
    assert isinstance(error.__cause__, OSError)


def test_a_passphrase_that_is_no_text() -> None:
    error = refused(authority_of("p256").pkcs12(SECRET), SECRET + "\udc80")
    assert error.code == "PASSPHRASE_WRONG"
    assert error.__cause__ is None
    assert SECRET not in "".join(traceback.format_exception(error))


def test_a_handler_that_delivers_something_else() -> None:
    assert refused(authority_of("p256").pkcs12(SECRET), lambda _: None).code == "SECRETS_HANDLER"


def test_a_handler_that_knows_our_errors() -> None:
    ours = CredentialRejected("no", code="ASKED_TOO_OFTEN")

    def handler(_: str) -> str:
        raise ours

    assert refused(authority_of("p256").pkcs12(SECRET), handler) is ours
