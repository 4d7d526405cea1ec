"""The values of the lowest floors: geometry, findings, limits, trust, policy, what a key is given."""

from __future__ import annotations

import base64
import hashlib
import json
import pickle
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import esign_core as es
from esign_core.finding import CATALOGUE, FrozenMap
from tests.conftest import authority_of

NUMBERS = st.floats(-5000, 5000, allow_nan=False)
SIZES = st.floats(0.5, 3000, allow_nan=False)


@st.composite
def pages(draw: st.DrawFn) -> es.Page:
    x, y, width, height = draw(NUMBERS), draw(NUMBERS), draw(SIZES), draw(SIZES)
    crop = es.Rect(x, y, x + width, y + height)
    return es.Page(0, crop, crop, draw(st.sampled_from([0, 90, 180, 270])), draw(st.floats(0.1, 20)))


# ---- geometry


@given(pages(), NUMBERS, NUMBERS, SIZES, SIZES)
def test_the_two_spaces_are_each_others_inverse(page: es.Page, x: float, y: float, width: float, height: float) -> None:
    seen = es.ViewRect(x, y, width, height)
    again = page.to_view(page.to_user(seen))
    for name in ("x", "y", "width", "height"):
        assert getattr(again, name) == pytest.approx(getattr(seen, name), abs=1e-6, rel=1e-6)


@given(pages())
def test_the_crop_box_is_the_whole_view(page: es.Page) -> None:
    seen = page.to_view(page.crop_box)
    assert (seen.x, seen.y) == pytest.approx((0, 0), abs=1e-9)
    assert (seen.width, seen.height) == pytest.approx((page.view_width, page.view_height))


@pytest.mark.parametrize(
    ("rotate", "seen_at"),
    [(0, (10, 772)), (90, (20, 10)), (180, (572, 20)), (270, (772, 572))],
)
def test_where_a_reader_sees_a_box_of_a_rotated_page(rotate: Any, seen_at: tuple[float, float]) -> None:
    """A box of 30 x 50 whose lower left corner is 10 right of and 20 above that of a page of 612 x 842.

    Clockwise by 90 the lower left corner of the page comes to the upper left: 20 up is 20 right, 10 right is 10 down.
    """
    frame = es.Rect(100, 100, 712, 942)
    page = es.Page(0, frame, frame, rotate, 1.0)
    seen = page.to_view(es.Rect(110, 120, 140, 170))
    assert (seen.x, seen.y) == seen_at
    assert (seen.width, seen.height) == ((50, 30) if rotate in (90, 270) else (30, 50))


@pytest.mark.parametrize(
    "corners",
    [(0, 0, 0, 1), (1, 0, 0, 1), (0, 1, 1, 0), (float("nan"), 0, 1, 1), (0, 0, float("inf"), 1), ("0", 0, 1, 1)],
)
def test_a_rectangle_without_area_is_refused(corners: Any) -> None:
    with pytest.raises(es.PlacementError) as caught:
        es.Rect(*corners)
    assert caught.value.code == "EMPTY_BOX"


@pytest.mark.parametrize("box", [(0, 0, 0, 1), (0, 0, 1, -1), (float("nan"), 0, 1, 1)])
def test_a_seen_box_without_area_is_refused(box: Any) -> None:
    with pytest.raises(es.PlacementError):
        es.ViewRect(*box)


# ---- findings


def test_every_finding_speaks_two_languages_about_the_same_things() -> None:
    for code, (severity, english, indonesian) in CATALOGUE.items():
        assert code == code.upper() and severity in ("info", "warning", "error")
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, indonesian)]
        assert fields[0] == fields[1], code
        assert english != indonesian, code


def test_a_finding_pickles_compares_and_becomes_json() -> None:
    one = es.Finding.of("TAG_HIDDEN", page=3, page_index=2)
    assert pickle.loads(pickle.dumps(one)) == one
    assert one.text["en"] != one.text["id"]
    assert json.loads(json.dumps(one.as_dict()))["args"] == {"page": 3}


def test_a_frozen_map_is_a_mapping_that_stays() -> None:
    one = FrozenMap({"a": 1, "b": 2})
    assert dict(one) == {"a": 1, "b": 2} and len(one) == 2 and one == {"a": 1, "b": 2}
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(KeyError):
        one["c"]
    with pytest.raises(AttributeError):
        one._pairs = ()
    assert repr(one) == "{'a': 1, 'b': 2}"


# ---- limits, policy, trust


@pytest.mark.parametrize("value", [0, -1, 1.5, True, None, "10"])
def test_a_limit_is_a_whole_number(value: Any) -> None:
    with pytest.raises(es.InputError) as caught:
        es.Limits(objects=value)
    assert caught.value.code == "LIMITS"


def test_a_policy_is_named_until_it_is_changed() -> None:
    default = es.Policy.default()
    changed = es.Policy(revocation="if-available")
    assert (default.id, changed.id) == ("default-2026", "custom")
    assert default.sha256 != changed.sha256 != es.Policy(rsa_bits=3072).sha256
    with pytest.raises(es.InputError):
        es.Policy(revocation="sometimes")  # type: ignore[arg-type]


def test_trust_takes_der_and_pem() -> None:
    root = authority_of("p256").root
    assert es.Trust([root.der]) == es.Trust([root.pem]) == es.Trust.from_pem(root.pem)
    assert es.Trust([root.der]).tsa == es.Trust([root.der]).anchors
    assert es.Trust([root.der], tsa=[]).tsa == ()
    assert es.Trust.from_pem(root.pem + b"text\n" + root.pem).anchors == (root.der, root.der)
    assert "anchors" in repr(es.Trust([root.der])) and "b'" not in repr(es.Evidence(crls=[b"x"]))


@pytest.mark.parametrize(
    "make",
    [
        lambda: es.Trust.from_pem(b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----"),
        lambda: es.Trust.from_pem(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
        lambda: es.Trust(b"one certificate, not in a list"),  # type: ignore[arg-type]
        lambda: es.Evidence(crls="text"),  # type: ignore[arg-type]
    ],
)
def test_trust_and_evidence_refuse_what_they_cannot_hold(make: Any) -> None:
    with pytest.raises(es.InputError) as caught:
        make()
    assert caught.value.code in ("PEM", "NOT_A_SEQUENCE")


def test_a_crl_may_be_pem() -> None:
    crl = authority_of("p256").crls()[0]
    pem = b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(crl) + b"-----END X509 CRL-----\n"
    assert es.Evidence(crls=[pem]).crls == (crl,)


# ---- the seams to keys and to the network


@pytest.mark.parametrize(
    "arguments", [("rsa", "sha256"), ("ecdsa", "md5"), ("ecdsa", "sha256", 20), ("rsa_pss", "sha256", -1)]
)
def test_a_mechanism_nobody_has(arguments: Any) -> None:
    with pytest.raises(es.InputError) as caught:
        es.Mechanism(*arguments)
    assert caught.value.code == "MECHANISM"


def test_what_a_key_is_given() -> None:
    assert es.ToBeSigned(b"x", es.Mechanism("ecdsa", "sha384")).digest == hashlib.sha384(b"x").digest()
    assert es.ToBeSigned(b"x", es.Mechanism("ecdsa", "shake256")).digest == hashlib.shake_256(b"x").digest(64)
    with pytest.raises(TypeError, match="RFC 8419"):
        _ = es.ToBeSigned(b"x", es.Mechanism("ed25519", "sha512")).digest


def test_requests_and_responses_are_values() -> None:
    request = es.Request("POST", "https://tsa.example", {"Content-Type": "application/timestamp-query"}, b"x")
    assert pickle.loads(pickle.dumps(request)) == request
    assert es.Response(200).headers == {}
