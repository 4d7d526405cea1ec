"""CRLs: a current one of the issuer answers, and every other one is refused for its own reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import crl as asn1
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from demo import ca
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.certificate import parse_certificate
from esign_core.pki.revocation import RevocationFacts, check_crl
from tests.conftest import NOW, authority_of

DAY = timedelta(days=1)
AUTHORITY = authority_of("p256")
SIGNER, ISSUER, ROOT = AUTHORITY.signer, AUTHORITY.intermediate, AUTHORITY.root
SERIAL = SIGNER.certificate.serial_number
URI = x509.UniformResourceIdentifier("http://ca.example/ca.crl")


def crl(issuer: ca.Entity = ISSUER, **changed: Any) -> bytes:
    given: dict[str, Any] = {"this_update": NOW - DAY, "next_update": NOW + DAY}
    return ca.make_crl(issuer, **(given | changed))


def check(
    *crls: bytes,
    at: datetime = NOW,
    entity: ca.Entity = SIGNER,
    issuer: ca.Entity = ISSUER,
    limits: Limits = DEFAULT_LIMITS,
) -> RevocationFacts:
    return check_crl(parse_certificate(entity.der), parse_certificate(issuer.der), crls, at, limits)


def reasons(found: RevocationFacts) -> list[str]:
    return [finding.code for finding in found.unusable]


def not_used(*crls: bytes, **changed: Any) -> list[str]:
    found = check(*crls, **changed)
    assert found.status == "missing"
    assert found == RevocationFacts("missing", unusable=found.unusable)
    return reasons(found)


def point(**changed: Any) -> tuple[x509.IssuingDistributionPoint, bool]:
    given: dict[str, Any] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**(given | changed)), True


def test_good(key_type: ca.KeyType) -> None:
    authority = authority_of(key_type)
    der = crl(authority.intermediate)
    found = check(der, entity=authority.signer, issuer=authority.intermediate)
    assert found == RevocationFacts(
        "good",
        this_update=NOW - DAY,
        next_update=NOW + DAY,
        crl_sha256=x509.load_der_x509_crl(der).fingerprint(ca.hashes.SHA256()).hex(),
        signature_hash="sha256",
    )


def test_good_among_other_entries() -> None:
    others = [(serial, NOW - DAY, None) for serial in range(1, 500)]
    assert check(crl(revoked=others)).status == "good"


def test_revoked() -> None:
    entries = [(1, NOW - DAY, None), (SERIAL, NOW - 2 * DAY, x509.ReasonFlags.key_compromise), (2, NOW - DAY, None)]
    found = check(crl(revoked=entries))
    assert (found.status, found.revoked_at, found.reason) == ("revoked", NOW - 2 * DAY, "keyCompromise")
    assert found.this_update == NOW - DAY


def test_revoked_without_a_reason() -> None:
    assert check(crl(revoked=[(SERIAL, NOW - DAY, None)])).reason == "unspecified"


def test_a_revocation_that_is_still_to_come_counts() -> None:
    assert check(crl(revoked=[(SERIAL, NOW + DAY, None)])).status == "revoked"


def test_none_given() -> None:
    assert check() == RevocationFacts("missing")


def test_the_root_answers_for_the_intermediate() -> None:
    assert check(crl(ROOT), entity=ISSUER, issuer=ROOT).status == "good"
    revoked = crl(ROOT, revoked=[(2, NOW - DAY, x509.ReasonFlags.ca_compromise)])
    assert check(revoked, entity=ISSUER, issuer=ROOT).reason == "cACompromise"


# ---- whose it is -----------------------------------------------------------------------------------------------------


def test_another_issuers() -> None:
    assert not_used(crl(ROOT)) == ["CRL_OTHER_ISSUER"]
    assert not_used(crl(issuer_name=ca.make_name("Lain"))) == ["CRL_OTHER_ISSUER"]


def test_an_issuer_that_did_not_issue_it() -> None:
    """The caller's mistake, but it must not turn into a good answer."""
    assert not_used(crl(ROOT), issuer=ROOT) == ["CRL_OTHER_ISSUER"]


def test_an_authority_that_signs_in_the_name_of_another() -> None:
    assert not_used(crl(signed_by=ROOT.key), issuer=ROOT) == ["CRL_OTHER_ISSUER"]


def test_signed_with_another_key_of_the_same_name() -> None:
    assert not_used(crl(signed_by=ca.make_key("p256", "impostor"))) == ["CRL_SIGNATURE_WRONG"]
    assert not_used(crl(signed_by=ca.make_key("rsa", "impostor"))) == ["CRL_SIGNATURE_WRONG"]


def test_a_changed_byte() -> None:
    der = bytearray(crl(revoked=[(SERIAL, NOW - DAY, None)]))
    at = der.index(SERIAL.to_bytes(3, "big"))
    der[at] ^= 1  # now another certificate is revoked
    assert not_used(bytes(der)) == ["CRL_SIGNATURE_WRONG"]


def test_an_issuer_that_may_not_sign_crls() -> None:
    key = ca.make_key("p256", "no crl")
    issuer = ca.make_certificate(
        ca.make_name("Tanpa CRL"),
        key,
        issuer=None,
        serial=1,
        not_before=NOW - DAY,
        not_after=NOW + DAY,
        is_ca=True,
        usage=ca.key_usage("key_cert_sign"),
    )
    entity = ca.make_signer(issuer, NOW, "p256")
    assert not_used(crl(issuer), entity=entity, issuer=issuer) == ["CRL_KEY_USAGE"]


def test_an_algorithm_that_is_not_supported() -> None:
    def foreign(whole: asn1.CertificateList) -> None:
        for part in (whole["tbs_cert_list"]["signature"], whole["signature_algorithm"]):
            part["algorithm"] = "sha256_dsa"

    assert not_used(edited(crl(), foreign)) == ["CRL_ALGORITHM_NOT_SUPPORTED"]


# ---- when ------------------------------------------------------------------------------------------------------------


def test_dates() -> None:
    der = crl()
    assert check(der, at=NOW - DAY).status == check(der, at=NOW + DAY).status == "good"
    second = timedelta(seconds=1)
    assert not_used(der, at=NOW - DAY - second) == ["CRL_NOT_YET_VALID"]
    stale = check(der, at=NOW + DAY + second)
    assert (stale.status, reasons(stale)) == ("missing", ["CRL_STALE"])
    assert dict(stale.unusable[0].args) == {
        "issuer": "CA Tanda Tangan Contoh",
        "next_update": "2026-11-25T02:30:00Z",
        "at": "2026-11-25T02:30:01Z",
    }


def test_a_stale_crl_is_refused_also_when_it_revokes() -> None:
    revoked = crl(revoked=[(SERIAL, NOW - DAY, None)], next_update=NOW - timedelta(hours=1))
    assert not_used(revoked) == ["CRL_STALE"]


def edited(der: bytes, edit: Callable[[asn1.CertificateList], None], *, sign: bool = False) -> bytes:
    """The CRL changed, and signed again by the issuer where asked."""
    whole = asn1.CertificateList.load(der)
    edit(whole)
    if sign:
        assert isinstance(ISSUER.key, ca.ec.EllipticCurvePrivateKey)
        tbs = whole["tbs_cert_list"].dump()
        whole["signature"] = core.OctetBitString(ISSUER.key.sign(tbs, ca.ec.ECDSA(ca.hashes.SHA256())))
    return whole.dump()


def test_editing_and_signing_again_makes_good_crls() -> None:
    """Else the tests below would prove nothing."""
    assert check(edited(crl(), lambda _: None, sign=True)).status == "good"


def test_without_next_update() -> None:
    def endless(whole: asn1.CertificateList) -> None:
        del whole["tbs_cert_list"]["next_update"]

    assert not_used(edited(crl(), endless, sign=True)) == ["CRL_WITHOUT_END"]


# ---- what it speaks of -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "word"),
    [
        ({"only_contains_ca_certs": True}, "onlyContainsCACerts"),
        ({"only_contains_attribute_certs": True}, "onlyContainsAttributeCerts"),
        ({"indirect_crl": True}, "indirectCRL"),
        ({"only_some_reasons": frozenset([x509.ReasonFlags.key_compromise])}, "onlySomeReasons"),
        ({"full_name": [URI]}, "distributionPoint"),
        ({"full_name": [x509.DirectoryName(ca.make_name("Lain"))]}, "distributionPoint"),
        (
            {"relative_name": x509.RelativeDistinguishedName([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])},
            "nameRelativeToCRLIssuer",
        ),
    ],
)
def test_out_of_scope(scope: dict[str, Any], word: str) -> None:
    found = check(crl(extensions=[point(**scope)]))
    assert (found.status, reasons(found)) == ("missing", ["CRL_SCOPE"])
    assert found.unusable[0].args["scope"] == word


def test_in_scope() -> None:
    assert check(crl(extensions=[point(only_contains_user_certs=True)])).status == "good"
    authorities = crl(ROOT, extensions=[point(only_contains_ca_certs=True)])
    assert check(authorities, entity=ISSUER, issuer=ROOT).status == "good"
    users = crl(ROOT, extensions=[point(only_contains_user_certs=True)])
    assert not_used(users, entity=ISSUER, issuer=ROOT) == ["CRL_SCOPE"]


def test_the_distribution_point_is_the_certificates() -> None:
    named = x509.CRLDistributionPoints([x509.DistributionPoint([URI], None, None, None)])
    entity = ca.make_signer(ISSUER, NOW, "p256", extensions=[(named, False)])
    other = x509.UniformResourceIdentifier("http://ca.example/other.crl")
    assert check(crl(extensions=[point(full_name=[other, URI])]), entity=entity).status == "good"
    assert not_used(crl(extensions=[point(full_name=[other])]), entity=entity) == ["CRL_SCOPE"]
    assert check(crl(), entity=entity).status == "good"


def test_the_issuers_own_name_is_a_distribution_point() -> None:
    own = x509.DirectoryName(ISSUER.certificate.subject)
    assert check(crl(extensions=[point(full_name=[own])])).status == "good"


def test_delta() -> None:
    assert not_used(crl(extensions=[(x509.DeltaCRLIndicator(1), True)])) == ["CRL_DELTA"]


def test_unknown_extensions() -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0")
    found = check(crl(extensions=[(unknown, True)]))
    assert (found.status, reasons(found)) == ("missing", ["CRL_CRITICAL_EXTENSION"])
    assert found.unusable[0].args["oid"] == "1.2.3.4"
    assert check(crl(extensions=[(unknown, False)])).status == "good"


# ---- entries ---------------------------------------------------------------------------------------------------------


def with_entry_extension(kind: str, critical: bool, value: bytes) -> bytes:
    def add(whole: asn1.CertificateList) -> None:
        entry = whole["tbs_cert_list"]["revoked_certificates"][0]
        extension = {"extn_id": kind, "critical": critical, "extn_value": core.ParsableOctetString(value)}
        entry["crl_entry_extensions"] = asn1.CRLEntryExtensions([asn1.CRLEntryExtension(extension)])

    return edited(crl(revoked=[(SERIAL, NOW - DAY, None)]), add, sign=True)


def test_entries_that_are_not_understood_make_the_crl_unusable() -> None:
    assert not_used(with_entry_extension("1.2.3.4", True, b"\x05\0")) == ["CRL_CRITICAL_EXTENSION"]
    assert check(with_entry_extension("1.2.3.4", False, b"\x05\0")).status == "revoked"


def test_an_entry_of_another_issuer_belongs_to_indirect_crls() -> None:
    names = x509.CertificateIssuer([x509.DirectoryName(ca.make_name("Lain"))]).public_bytes()
    assert not_used(with_entry_extension("2.5.29.29", True, names)) == ["CRL_CRITICAL_EXTENSION"]


def test_remove_from_crl_belongs_to_delta_crls() -> None:
    removed = crl(revoked=[(SERIAL, NOW - DAY, x509.ReasonFlags.remove_from_crl)])
    assert not_used(removed) == ["CRL_MALFORMED"]


def test_a_malformed_entry_extension() -> None:
    """A reason that is no number; cryptography says so only when it is asked for."""
    der = with_entry_extension("1.2.3.4", False, b"\x05\0")
    renamed = der.replace(b"\x06\x03\x2a\x03\x04", b"\x06\x03\x55\x1d\x15")
    assert renamed != der
    assert not_used(edited(renamed, lambda _: None, sign=True)) == ["CRL_MALFORMED"]


# ---- several ---------------------------------------------------------------------------------------------------------


def test_the_newest_answers() -> None:
    old = crl(this_update=NOW - 3 * DAY)
    new = crl()
    for crls in ((old, new), (new, old)):
        assert check(*crls).this_update == NOW - DAY


def test_nothing_takes_a_revocation_back() -> None:
    old = crl(this_update=NOW - 3 * DAY, revoked=[(SERIAL, NOW - 4 * DAY, x509.ReasonFlags.key_compromise)])
    for crls in ((old, crl()), (crl(), old)):
        assert check(*crls).status == "revoked"


def test_other_than_a_hold() -> None:
    hold = [(SERIAL, NOW - 4 * DAY, x509.ReasonFlags.certificate_hold)]
    assert check(crl(this_update=NOW - 3 * DAY, revoked=hold), crl()).status == "good"
    assert check(crl(this_update=NOW - 3 * DAY), crl(revoked=hold)).reason == "certificateHold"
    assert check(crl(), crl(revoked=hold)).status == "revoked"  # of the same time: the worse


def test_the_others_are_told() -> None:
    found = check(crl(ROOT), b"nonsense", crl())
    assert (found.status, reasons(found)) == ("good", ["CRL_OTHER_ISSUER", "CRL_MALFORMED"])


# ---- hostile bytes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("der", [b"", b"\x30\0", b"\x30\x80\0\0", b"\x30\x03\x30\x01\0", b"hello"])
def test_other_bytes(der: bytes) -> None:
    assert not_used(der) == ["CRL_MALFORMED"]


def test_bytes_behind_it() -> None:
    assert not_used(crl() + b"\0") == ["CRL_MALFORMED"]


def test_two_signature_algorithms() -> None:
    def differ(whole: asn1.CertificateList) -> None:
        whole["signature_algorithm"]["algorithm"] = "sha512_ecdsa"

    assert not_used(edited(crl(), differ)) == ["CRL_MALFORMED"]


def test_size() -> None:
    der = crl()
    found = check(der, limits=Limits(crl_bytes=len(der) - 1))
    assert (found.status, reasons(found)) == ("missing", ["LIMIT"])
    assert check(der, limits=Limits(crl_bytes=len(der))).status == "good"


_REVOKING = crl(revoked=[(SERIAL, NOW - DAY, x509.ReasonFlags.key_compromise)])


@given(st.data())
def test_a_damaged_crl_never_answers(data: st.DataObject) -> None:
    der = bytearray(_REVOKING)
    at = data.draw(st.integers(0, len(der) - 1))
    der[at] ^= data.draw(st.integers(1, 255))
    assert check(bytes(der)).status == "missing"
