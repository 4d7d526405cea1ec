"""Paths: the one that is there is found, and every rule that breaks one is seen to break it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509

from demo import ca
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.certificate import Certificate, parse_certificate
from esign_core.pki.path import PathFacts, build_path
from tests.conftest import NOW, authority_of

YEAR = timedelta(days=365)
CA_USAGE = ca.key_usage("key_cert_sign", "crl_sign")


def make(name: str, issuer: ca.Entity | None, **changed: Any) -> ca.Entity:
    """A CA certificate, unless told otherwise."""
    given: dict[str, Any] = {
        "serial": 7,
        "not_before": NOW - YEAR,
        "not_after": NOW + YEAR,
        "is_ca": True,
        "usage": CA_USAGE,
    }
    key = changed.pop("key", None) or ca.make_key("p256", name)
    return ca.make_certificate(ca.make_name(name), key, issuer=issuer, **(given | changed))


def parsed(entities: Sequence[ca.Entity]) -> list[Certificate]:
    return [parse_certificate(entity.der) for entity in entities]


def path(
    leaf: ca.Entity, pool: Sequence[ca.Entity], anchors: Sequence[ca.Entity], limits: Limits = DEFAULT_LIMITS
) -> PathFacts:
    return build_path(parse_certificate(leaf.der), parsed(pool), parsed(anchors), NOW, limits)


def names(found: PathFacts) -> list[str]:
    return [certificate.label for certificate in found.certificates]


def codes(found: PathFacts) -> list[str]:
    return [finding.code for finding in found.findings]


ROOT = make("Root", None)
MIDDLE = make("Middle", ROOT)
LEAF = make("Leaf", MIDDLE, is_ca=False, usage=None)


def test_the_whole_chain(authority: ca.Authority) -> None:
    found = path(authority.signer, [authority.root, authority.intermediate], [authority.root])
    assert found == PathFacts(tuple(parsed([authority.signer, authority.intermediate, authority.root])), True)


def test_the_root_need_not_be_in_the_pool() -> None:
    assert path(LEAF, [MIDDLE], [ROOT]).anchored


def test_an_intermediate_may_be_the_anchor() -> None:
    found = path(LEAF, [MIDDLE, ROOT], [MIDDLE])
    assert (found.anchored, names(found)) == (True, ["Leaf", "Middle"])


def test_the_leaf_may_be_the_anchor() -> None:
    assert path(LEAF, [], [LEAF]) == PathFacts((parse_certificate(LEAF.der),), True)


def test_another_leaf_of_the_same_key_is_not() -> None:
    twin = make("Leaf", MIDDLE, is_ca=False, usage=None, serial=8)
    assert not path(twin, [MIDDLE], [LEAF]).anchored


def test_without_anchors_nothing_is_trusted() -> None:
    found = path(LEAF, [MIDDLE, ROOT], [])
    assert (found.anchored, names(found), found.findings) == (False, ["Leaf", "Middle", "Root"], ())


def test_a_missing_intermediate() -> None:
    found = path(LEAF, [ROOT], [ROOT])
    assert (found.anchored, names(found), found.findings) == (False, ["Leaf"], ())


def test_another_root_of_the_same_name() -> None:
    impostor = make("Root", None, key=ca.make_key("p256", "impostor"))
    found = path(LEAF, [MIDDLE], [impostor])
    assert (found.anchored, codes(found)) == (False, ["PATH_SIGNATURE_WRONG"])
    assert dict(found.findings[0].args) == {"certificate": "Middle", "issuer": "Root"}


def test_an_impostor_in_the_pool_does_not_hide_the_root() -> None:
    impostor = make("Middle", ROOT, key=ca.make_key("p256", "impostor"))
    found = path(LEAF, [impostor, MIDDLE], [ROOT])
    assert (found.anchored, found.certificates[1].der, found.findings) == (True, MIDDLE.der, ())


def test_anchors_are_tried_before_the_pool() -> None:
    cross = make("Root", make("Old root", None), key=ROOT.key)
    assert names(path(LEAF, [cross, MIDDLE], [ROOT])) == ["Leaf", "Middle", "Root"]


def test_a_cross_certificate_leads_to_the_older_root() -> None:
    old = make("Old root", None)
    cross = make("Root", old, key=ROOT.key)
    assert names(path(LEAF, [ROOT, cross, MIDDLE], [old])) == ["Leaf", "Middle", "Root", "Old root"]


# ---- rules of RFC 5280, 6.1.4 ----------------------------------------------------------------------------------------


def under(middle: ca.Entity, **limits: int) -> PathFacts:
    leaf = make("Leaf", middle, is_ca=False, usage=None)
    return path(leaf, [middle], [ROOT], Limits(**limits))


def test_the_issuer_must_be_a_ca() -> None:
    found = under(make("Middle", ROOT, is_ca=False))
    assert (found.anchored, names(found), codes(found)) == (False, ["Leaf"], ["PATH_ISSUER_NOT_CA"])


def test_the_issuer_must_have_key_cert_sign() -> None:
    found = under(make("Middle", ROOT, usage=ca.key_usage("digital_signature", "crl_sign")))
    assert (found.anchored, codes(found)) == (False, ["PATH_KEY_USAGE"])
    assert found.findings[0].args["usages"] == "cRLSign, digitalSignature"
    assert under(make("Middle", ROOT, usage=None)).anchored


def test_an_anchor_is_held_to_what_it_says() -> None:
    """A person's certificate pinned as an anchor vouches for itself only."""
    forged = make("Forged", LEAF, is_ca=False, usage=None)
    assert codes(path(forged, [], [LEAF])) == ["PATH_ISSUER_NOT_CA"]


def test_an_anchor_of_version_1_says_nothing() -> None:
    certificate = asn1.Certificate.load(ROOT.der)
    certificate["tbs_certificate"]["version"] = "v1"
    del certificate["tbs_certificate"]["extensions"]
    old_root = parse_certificate(certificate.dump(force=True))
    leaf, middle = parsed([LEAF, MIDDLE])
    assert build_path(leaf, [middle], [old_root], NOW).anchored
    refused = build_path(leaf, [middle, old_root], [], NOW)
    assert codes(refused) == ["PATH_ISSUER_NOT_CA"]


@pytest.mark.parametrize(("allowed", "anchored"), [(0, False), (1, True), (None, True)])
def test_path_length(allowed: int | None, anchored: bool) -> None:
    root = make("Root", None, path_length=allowed)
    middle = make("Middle", root, key=MIDDLE.key)
    found = path(LEAF, [middle], [root])
    assert found.anchored is anchored
    if not anchored:
        assert codes(found) == ["PATH_TOO_LONG"]
        assert dict(found.findings[0].args) == {"certificate": "Root", "allowed": 0, "found": 1}


def test_self_issued_certificates_do_not_count() -> None:
    root = make("Root", None, path_length=1)
    first = make("Middle", root)
    rolled = make("Middle", first, key=ca.make_key("p256", "rolled"))
    leaf = make("Leaf", rolled, is_ca=False, usage=None)
    assert len(path(leaf, [first, rolled], [root]).certificates) == 4


def test_unknown_critical_extensions() -> None:
    unknown = [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0"), True)]
    found = under(make("Middle", ROOT, extensions=unknown))
    assert (found.anchored, codes(found)) == (False, ["PATH_CRITICAL_EXTENSION"])
    assert found.findings[0].args["oids"] == "1.2.3.4"
    leaf = make("Leaf", MIDDLE, is_ca=False, usage=None, extensions=unknown)
    assert path(leaf, [MIDDLE], [ROOT]).certificates == (parse_certificate(leaf.der),)
    for anchors in ([ROOT], [leaf]):
        found = path(leaf, [MIDDLE], anchors)
        assert (found.anchored, codes(found)) == (False, ["PATH_CRITICAL_EXTENSION"])


def test_policy_constraints_are_not_judged_and_refused() -> None:
    found = under(make("Middle", ROOT, extensions=[(x509.PolicyConstraints(0, None), True)]))
    assert codes(found) == ["PATH_CRITICAL_EXTENSION"]


@pytest.mark.parametrize("critical", [True, False])
def test_name_constraints_are_not_judged_and_refused(critical: bool) -> None:
    constraints = x509.NameConstraints([x509.DNSName("example")], None)
    found = under(make("Middle", ROOT, extensions=[(constraints, critical)]))
    assert (found.anchored, codes(found)) == (False, ["PATH_NAME_CONSTRAINTS"])


def test_an_algorithm_that_is_not_supported_is_not_called_wrong() -> None:
    certificate = asn1.Certificate.load(LEAF.der)
    for part in (certificate["tbs_certificate"]["signature"], certificate["signature_algorithm"]):
        part["algorithm"] = "sha256_dsa"
    found = build_path(parse_certificate(certificate.dump(force=True)), parsed([MIDDLE]), parsed([ROOT]), NOW)
    assert codes(found) == ["PATH_ALGORITHM_NOT_SUPPORTED"]


# ---- validity is a fact, not a rule ----------------------------------------------------------------------------------


def test_an_expired_path_is_a_path() -> None:
    middle = make("Middle", ROOT, not_after=NOW - timedelta(days=1))
    assert under(middle).anchored


def test_a_valid_path_is_preferred() -> None:
    expired = make("Middle", ROOT, not_after=NOW - timedelta(days=1), serial=1)
    for pool in ([expired, MIDDLE], [MIDDLE, expired]):
        assert path(LEAF, pool, [ROOT]).certificates[1].der == MIDDLE.der
    # also where the valid one is found on another branch only, behind the expired anchor
    old = make("Root", None, not_after=NOW - timedelta(days=1), key=ROOT.key, serial=1)
    cross_root = make("New root", None)
    cross = make("Root", cross_root, key=ROOT.key)
    assert names(path(LEAF, [MIDDLE, cross], [old, cross_root]))[-1] == "New root"
    assert path(LEAF, [MIDDLE], [old]).anchored


# ---- budget ----------------------------------------------------------------------------------------------------------


def test_a_loop_ends() -> None:
    one = make("One", make("Two", None))
    two = make("Two", one, key=ca.make_key("p256", "Two"))
    one = make("One", two, key=ca.make_key("p256", "One"))
    leaf = make("Leaf", one, is_ca=False)
    found = path(leaf, [one, two], [ROOT])
    assert (found.anchored, names(found)) == (False, ["Leaf", "One", "Two"])


def test_many_certificates_of_one_name_cost_no_more_than_the_limit() -> None:
    """Every one of them issued every other: without a budget, all orders of them would be tried."""
    key = [ca.make_key("p256", f"mesh {index}") for index in range(12)]
    mesh = [make("Mesh", make("Mesh", None, key=signer), key=holder) for signer in key for holder in key]
    leaf = make("Leaf", mesh[0], is_ca=False)
    found = path(leaf, mesh, [ROOT], Limits(paths=50))
    assert not found.anchored
    limit = found.findings[-1]
    assert (limit.code, dict(limit.args)) == ("LIMIT", {"limit": "paths", "allowed": 50, "found": 51})


def test_the_length_is_bounded() -> None:
    assert codes(under(MIDDLE, path_length=2)) == ["LIMIT"]
    assert under(MIDDLE, path_length=3).anchored


def test_findings_are_told_once() -> None:
    impostors = [make("Middle", ROOT, key=ca.make_key("p256", "impostor"), serial=serial) for serial in range(1, 5)]
    assert codes(path(LEAF, impostors, [ROOT])) == ["PATH_SIGNATURE_WRONG"]


def test_the_order_given_does_not_matter() -> None:
    authority = authority_of("p256")
    entities = [authority.intermediate, authority.root, MIDDLE, ROOT]
    assert path(authority.signer, entities, [authority.root]) == path(
        authority.signer, entities[::-1], [authority.root]
    )
