"""Kinds of signatures: certification, field locks, old subfilter, policies; judged by pyHanko, poppler and qpdf."""

from __future__ import annotations

import io
import json
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms as asn1
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades import cades_asn1
from pyhanko.sign.fields import FieldMDPAction, MDPPerm
from pyhanko.sign.validation.pdf_embedded import read_certification_data

import esign_core as es
from corpus.byhand import ONE_PAGE, table_file
from esign_core.version import __version__
from tests import tools
from tests.conftest import LINK, MANIFEST, NOW, authority_of, corpus_file, signer_of

PERMISSIONS = {"nothing": 1, "forms": 2, "annotations": 3}


def verdicts(pdf: bytes) -> list[bool]:
    authority = authority_of("p256")
    return tools.pyhanko_verdicts(pdf, authority.root.der, authority.crls(), NOW)


def signed(pdf: bytes, **given: Any) -> bytes:
    return es.sign(pdf, signer_of("p256"), signing_time=NOW, **given).pdf


def attributes(pdf: bytes, facts: es.SigningFacts) -> Any:
    _, cms = tools.signed_bytes_and_cms(pdf, facts)
    return asn1.ContentInfo.load(cms)["content"]["signer_infos"][0]["signed_attrs"]


# ---- certification


@pytest.mark.parametrize("permit", PERMISSIONS)
def test_a_certification_is_one_to_pyhanko_poppler_and_qpdf(letter: bytes, permit: Any) -> None:
    pdf = signed(letter, intent=es.Certify(permit), placement=es.at_corner(0, "top", width=60), appearance=es.qr(LINK))
    found = read_certification_data(PdfFileReader(io.BytesIO(pdf)))
    assert found is not None and found.permission is MDPPerm(PERMISSIONS[permit])
    assert verdicts(pdf) == [True]
    assert "Signature is Valid" in tools.pdfsig(pdf) and tools.qpdf_problems(pdf) == ""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        value = opened.Root.Perms.DocMDP
        assert value.objgen == opened.Root.AcroForm.Fields[-1].V.objgen
        (reference,) = value.Reference
        assert (reference.Type, reference.TransformMethod) == ("/SigRef", "/DocMDP")
        assert dict(reference.TransformParams) == {"/Type": "/TransformParams", "/P": PERMISSIONS[permit], "/V": "/1.2"}


@pytest.mark.parametrize("name", MANIFEST)
def test_any_corpus_file_is_certified_and_then_approved(name: str) -> None:
    certified = signed(corpus_file(name), intent=es.Certify("annotations"))
    both = signed(certified)
    assert both.startswith(certified) and tools.qpdf_problems(both) == ""
    assert tools.pdfsig(both).count("Signature is Valid") == 2
    if name != "form_direct.pdf":  # pyHanko reads no page whose /Annots holds a dictionary itself
        assert verdicts(both) == [True, True]


def test_a_certification_is_the_first_signature(letter: bytes) -> None:
    first = es.sign(letter, signer_of("rsa"), signing_time=NOW)
    with pytest.raises(es.DocumentLocked, match="first signature") as caught:
        signed(first.pdf, intent=es.Certify())
    assert caught.value.field == first.facts.field
    certified = signed(letter, intent=es.Certify())
    with pytest.raises(es.DocumentLocked):
        signed(certified, intent=es.Certify())


def test_a_document_that_says_it_is_certified_is_not_certified_again() -> None:
    """By a signature in no field; what else /Perms holds is kept."""
    perms = {1: "<</Type/Catalog/Pages 2 0 R/Perms 9 0 R>>", 9: "<</DocMDP 8 0 R/UR3 8 0 R>>", 8: "<</Type/Sig>>"}
    with pytest.raises(es.SigningError) as caught:
        signed(table_file({**ONE_PAGE, **perms}), intent=es.Certify())
    assert caught.value.code == "CERTIFIED"
    usage_rights = table_file({**ONE_PAGE, **perms, 9: "<</UR3 8 0 R>>"})
    with pikepdf.open(io.BytesIO(signed(usage_rights, intent=es.Certify()))) as opened:
        assert set(opened.Root.Perms.keys()) == {"/UR3", "/DocMDP"}


def test_behind_a_certification_a_new_field_is_invisible(letter: bytes) -> None:
    certified = signed(letter, intent=es.Certify("annotations"))
    place = es.at_corner(0, "bottom", width=60)
    with pytest.raises(es.DocumentLocked, match="no new visible field") as caught:
        signed(certified, placement=place, appearance=es.qr(LINK))
    assert f"'{caught.value.field}'" in str(caught.value)
    assert verdicts(signed(certified)) == [True, True]
    told = es.inspect(certified)
    assert told.lock is None and "no new visible field" in told.restrictions[0]


# ---- locks


@pytest.mark.parametrize(
    ("lock", "action", "names"),
    [
        (es.Lock("all"), FieldMDPAction.ALL, None),
        (es.Lock("include", ["penerima"]), FieldMDPAction.INCLUDE, ["penerima"]),
        (es.Lock("exclude", ("penerima",)), FieldMDPAction.EXCLUDE, ["penerima"]),
    ],
)
@pytest.mark.parametrize("intent", [es.Approve, es.Certify])
def test_a_lock_is_in_the_signature_and_in_its_field(lock: es.Lock, action: Any, names: Any, intent: Any) -> None:
    pdf = signed(corpus_file("form_indirect.pdf"), intent=intent(lock=lock))
    embedded = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    assert embedded.fieldmdp is not None
    assert (embedded.fieldmdp.action, embedded.fieldmdp.fields) == (action, names)
    assert verdicts(pdf) == [True] and tools.qpdf_problems(pdf) == ""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        field = opened.Root.AcroForm.Fields[-1]
        assert field.Lock.is_indirect and field.Lock.Type == "/SigFieldLock"
        assert field.Lock.Action == action.value
        *_, reference = field.V.Reference
        assert reference.Data.objgen == opened.Root.objgen
        assert [str(item.TransformMethod) for item in field.V.Reference][-1] == "/FieldMDP"
    restriction = es.inspect(pdf).restrictions[0]
    assert "FieldMDP" in restriction and ("DocMDP" in restriction) == (intent is es.Certify)


def test_a_lock_names_fields_that_are_there() -> None:
    for name in ("penerim", "penerima.", "Penerima"):
        with pytest.raises(es.InputError, match="full names") as caught:
            signed(corpus_file("form_indirect.pdf"), intent=es.Approve(lock=es.Lock("include", [name])))
        assert caught.value.code == "LOCK_FIELDS"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: es.Lock("some"), "LOCK"),  # type: ignore[arg-type]
        (lambda: es.Lock("all", ["a"]), "LOCK"),
        (lambda: es.Lock("include"), "LOCK"),
        (lambda: es.Lock("exclude", "abc"), "LOCK"),
        (lambda: es.Lock("include", [""]), "LOCK"),
        (lambda: es.Certify("all"), "PERMIT"),  # type: ignore[arg-type]
        (lambda: es.SignaturePolicy("1.2.x", bytes(32)), "SIGNATURE_POLICY"),
        (lambda: es.SignaturePolicy("1.40.1", bytes(32)), "SIGNATURE_POLICY"),
        (lambda: es.SignaturePolicy("", bytes(32)), "SIGNATURE_POLICY"),
        (lambda: es.SignaturePolicy("2.16" + ".1" * 200, bytes(32)), "SIGNATURE_POLICY"),
        (lambda: es.SignaturePolicy("2.16" + ".128" * 32, bytes(32)), "SIGNATURE_POLICY"),  # 65 octets, and 63 are read
        (lambda: es.SignaturePolicy("2.16" + ".127" * 50, bytes(32)), "SIGNATURE_POLICY"),  # 204 characters
        (lambda: es.SignaturePolicy("1.2.3", bytes(20)), "SIGNATURE_POLICY"),
        (lambda: es.SignaturePolicy("1.2.3", bytes(20), "sha1"), "SIGNATURE_POLICY"),  # type: ignore[arg-type]
        (lambda: es.SignaturePolicy("1.2.3", bytes(32), uri="https://contoh.example/ä"), "SIGNATURE_POLICY"),
    ],
)
def test_values_that_are_none(make: Any, code: str) -> None:
    with pytest.raises(es.InputError) as caught:
        make()
    assert caught.value.code == code


# ---- subfilter, policy, build


def test_the_old_subfilter_is_no_pades(letter: bytes) -> None:
    done = es.sign(letter, signer_of("p256"), signing_time=NOW, subfilter="adbe.pkcs7.detached")
    assert "Signature Type: adbe.pkcs7.detached" in tools.pdfsig(done.pdf)
    assert verdicts(done.pdf) == [True]
    assert done.facts.level == "PKCS7-B"
    with pikepdf.open(io.BytesIO(done.pdf)) as opened:
        assert "/Extensions" not in opened.Root
    with pytest.raises(es.InputError) as caught:
        signed(letter, subfilter="adbe.x509.rsa_sha1")
    assert caught.value.code == "SUBFILTER"


@pytest.mark.parametrize("uri", ["", "https://kebijakan.example/1"])
def test_a_signature_policy_is_among_the_signed_attributes(letter: bytes, uri: str) -> None:
    policy = es.SignaturePolicy("2.16.360.1.999", bytes(range(48)), "sha384", uri)
    done = es.sign(letter, signer_of("p256"), signing_time=NOW, claims=es.Claims(policy=policy))
    assert verdicts(done.pdf) == [True] and "Signature is Valid" in tools.pdfsig(done.pdf)
    (held,) = [item["values"] for item in attributes(done.pdf, done.facts) if item["type"].dotted.endswith("16.2.15")]
    read = cades_asn1.SignaturePolicyIdentifier.load(held[0].dump()).chosen
    assert read["sig_policy_id"].dotted == policy.oid
    assert read["sig_policy_hash"]["digest_algorithm"]["algorithm"].native == "sha384"
    assert read["sig_policy_hash"]["digest"].native == policy.digest
    assert [item["sig_qualifier"].native for item in read["sig_policy_qualifiers"] or ()] == [uri][: bool(uri)]
    openssl = tools.openssl_cms(done.pdf, done.facts, authority_of("p256").root.pem, NOW)
    assert openssl == ""


@pytest.mark.parametrize("oid", ["2.25." + "9" * 39, "2.16" + ".128" * 31])
def test_the_longest_policies_are_read_again(letter: bytes, oid: str) -> None:
    pdf = signed(letter, claims=es.Claims(policy=es.SignaturePolicy(oid, bytes(32))))
    (found,) = es.verify(pdf, trust=es.Trust([]), validation_time=NOW).signatures
    assert found.policy_oid == oid


def test_the_signature_names_this_library_and_its_release(letter: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed(letter))) as opened:
        app = opened.Root.AcroForm.Fields[-1].V.Prop_Build.App
        assert (str(app.Name), str(app.REx)) == ("/esign_core", __version__)


# ---- the form


FORMS = {
    "direct": ({1: "<</Type/Catalog/Pages 2 0 R/AcroForm<<%s>>>>"}),
    "indirect": ({1: "<</Type/Catalog/Pages 2 0 R/AcroForm 8 0 R>>", 8: "<<%s>>"}),
}
KEYS = "/Fields %s/DR<</Font<</F1 9 0 R>>>>/DA(/F1 9 Tf 0 g)/NeedAppearances true/Q 1/CO[]/Unbekannt(x)"


@pytest.mark.parametrize("fields", ["[]", "7 0 R"])
@pytest.mark.parametrize("shape", FORMS)
@pytest.mark.parametrize("flags", ["", "/SigFlags 1", "/SigFlags 3"])
def test_all_keys_of_the_form_are_kept(shape: str, fields: str, flags: str) -> None:
    objects = {number: body.replace("%s", KEYS % fields + flags) for number, body in FORMS[shape].items()}
    pdf = table_file({**ONE_PAGE, **objects, 7: "[]", 9: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"})
    for intent in (es.Approve(), es.Certify()):
        done = signed(pdf, intent=intent)
        with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(done)) as after:
            ours, theirs = after.Root.AcroForm, before.Root.AcroForm
            assert ours.SigFlags == 3 and len(ours.Fields) == 1
            for key in set(theirs.keys()) - {"/Fields", "/SigFlags"}:
                assert repr(ours[key]) == repr(theirs[key])
            assert set(ours.keys()) == {*theirs.keys(), "/SigFlags"}
        assert tools.qpdf_problems(done) == "" and verdicts(done) == [True]


def test_forms_in_xfa_are_refused() -> None:
    pdf = table_file({**ONE_PAGE, 1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA[]>>>>"})
    with pytest.raises(es.PdfError) as caught:
        signed(pdf)
    assert caught.value.code == "XFA"


def test_a_prepared_certification_travels_as_json(letter: bytes) -> None:
    claims = es.Claims(policy=es.SignaturePolicy("1.2.3", bytes(32)))
    prepared = es.prepare(
        letter, signer_of("p256"), signing_time=NOW, intent=es.Certify("nothing", lock=es.Lock("all")), claims=claims
    )
    again = es.Prepared.from_json(json.loads(json.dumps(prepared.to_json())))
    assert again == prepared
    pdf = es.complete(again, signer_of("p256").sign(again.tbs)).join(letter)
    assert verdicts(pdf) == [True]
    lock = es.inspect(pdf).lock
    assert lock is not None and "forbids any further change" in lock
