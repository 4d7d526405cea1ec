"""Whether a certificate may sign: each reason by itself, each relaxed by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from demo import ca
from esign_core.algorithms import Mechanism
from esign_core.errors import CertificateUnfit, InputError
from esign_core.pki.certificate import parse_certificate
from esign_core.pki.fitness import require_fit, require_mechanism
from esign_core.pki.signature import Outcome, verify_value
from esign_core.policy import SigningPolicy
from tests.conftest import NOW, authority_of

DAY = timedelta(days=1)


def refused(made: dict[str, Any], at: datetime = NOW, policy: SigningPolicy | None = None) -> CertificateUnfit:
    kind = made.pop("kind", "p256")
    entity = ca.make_signer(authority_of("p256").intermediate, NOW, kind, **made)
    with pytest.raises(CertificateUnfit) as caught:
        require_fit(parse_certificate(entity.der), at, policy or SigningPolicy())
    return caught.value


def accepted(made: dict[str, Any], at: datetime = NOW, policy: SigningPolicy | None = None) -> None:
    kind = made.pop("kind", "p256")
    entity = ca.make_signer(authority_of("p256").intermediate, NOW, kind, **made)
    require_fit(parse_certificate(entity.der), at, policy or SigningPolicy())


@pytest.mark.parametrize(
    ("made", "code", "relaxed"),
    [
        ({"not_before": NOW + DAY}, "CERTIFICATE_NOT_YET_VALID", SigningPolicy(check_validity=False)),
        ({"not_after": NOW - DAY}, "CERTIFICATE_EXPIRED", SigningPolicy(check_validity=False)),
        ({"usage": ca.key_usage("key_encipherment")}, "KEY_USAGE", SigningPolicy(check_key_usage=False)),
        ({"is_ca": True}, "CERTIFICATE_IS_CA", SigningPolicy(allow_ca=True)),
        ({"kind": "rsa1024"}, "WEAK_KEY", SigningPolicy(rsa_bits=1024)),
    ],
)
def test_each_reason(made: dict[str, Any], code: str, relaxed: SigningPolicy) -> None:
    assert refused(dict(made)).code == code
    accepted(dict(made), policy=relaxed)


def test_messages_compare_and_say_what_to_do() -> None:
    message = str(refused({"not_after": NOW - DAY}))
    assert "expired at 2026-11-23 02:30:00 UTC" in message
    assert "2026-11-24 02:30:00 UTC" in message
    assert "renew" in message
    assert "keyEncipherment" in str(refused({"usage": ca.key_usage("key_encipherment")}))
    assert "1024 bits" in str(refused({"kind": "rsa1024"}))


def test_both_ends_of_the_validity_belong_to_it() -> None:
    accepted({"not_before": NOW, "not_after": NOW + DAY}, at=NOW)
    accepted({"not_before": NOW - DAY, "not_after": NOW}, at=NOW)
    refused({"not_before": NOW, "not_after": NOW + DAY}, at=NOW - timedelta(seconds=1))
    refused({"not_before": NOW - DAY, "not_after": NOW}, at=NOW + timedelta(seconds=1))


@pytest.mark.parametrize("usage", ["digital_signature", "content_commitment"])
def test_either_usage_is_enough(usage: str) -> None:
    accepted({"usage": ca.key_usage(usage)})


def test_a_certificate_that_says_nothing_of_usage_may_sign() -> None:
    entity = ca.make_certificate(
        ca.make_name("Tanpa"),
        ca.make_key("p256", "x"),
        issuer=None,
        serial=1,
        not_before=NOW,
        not_after=NOW,
        is_ca=False,
    )
    require_fit(parse_certificate(entity.der), NOW, SigningPolicy())


def test_strength_of_elliptic_curves() -> None:
    assert refused({}, policy=SigningPolicy(ec_bits=384)).code == "WEAK_KEY"
    accepted({"kind": "p384"}, policy=SigningPolicy(ec_bits=384))


def test_a_key_of_an_unknown_kind() -> None:
    ec_public_key, unknown = bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06072a8648ce3d0209")
    certificate = parse_certificate(authority_of("p256").signer.der.replace(ec_public_key, unknown))
    assert (certificate.key_kind, certificate.key, certificate.key_bits) == ("other", "1.2.840.10045.2.9", 0)
    with pytest.raises(CertificateUnfit) as caught:
        require_fit(certificate, NOW, SigningPolicy())
    assert caught.value.code == "KEY_UNSUPPORTED"
    assert verify_value(certificate, Mechanism("ecdsa"), bytes(70), b"data") is Outcome.UNSUPPORTED


def test_keys_and_mechanisms() -> None:
    rsa, ec = (parse_certificate(authority_of(kind).signer.der) for kind in ("rsa", "p256"))
    require_mechanism(rsa, Mechanism("rsa_pkcs1v15", "sha512"))
    require_mechanism(ec, Mechanism("ecdsa"))
    for certificate, mechanism in (
        (rsa, Mechanism("ecdsa")),
        (ec, Mechanism("rsa_pkcs1v15")),
        (rsa, Mechanism("rsa_pss")),
        (rsa, Mechanism("rsa_pkcs1v15", "shake256")),
        (ec, Mechanism("ed25519")),
    ):
        with pytest.raises(InputError) as caught:
            require_mechanism(certificate, mechanism)
        assert caught.value.code == "MECHANISM"
