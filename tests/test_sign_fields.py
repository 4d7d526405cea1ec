"""Signature fields that are there: filled as their authors made them, seed values honoured or refused by name."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy
import pikepdf
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as peer
from pyhanko.sign import signers
from pyhanko.sign.fields import SigCertConstraintFlags as CertFlag
from pyhanko.sign.fields import SigSeedValFlags as Flag

import esign_core as es
from esign_core.cli.app import run
from esign_core.place.resolve import resolved
from tests import tools
from tests.conftest import LINK, NOW, PASSPHRASE, authority_of, corpus_file, signer_of
from tests.test_locks import BOXES, HIDDEN, with_fields

LOOK = es.qr(LINK)


def verdicts(pdf: bytes) -> list[bool]:
    authority = authority_of("p256")
    return tools.pyhanko_verdicts(pdf, authority.root.der, authority.crls(), NOW)


def filled(pdf: bytes, name: str, **given: Any) -> es.Signed:
    return es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=es.at_field(name), **given)


def reshaped(pdf: bytes, change: Any, mode: Any = pikepdf.ObjectStreamMode.disable) -> bytes:
    """`pdf` with what `change` does to the document and its field "lain", by pikepdf."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        field = next(item for item in opened.Root.AcroForm.Fields if item.T == "lain")
        change(opened, field)
        opened.save(output, object_stream_mode=mode)
    return output.getvalue()


def split(opened: pikepdf.Pdf, field: Any) -> None:
    """Field and widget become two objects."""
    widget = opened.make_indirect(
        pikepdf.Dictionary({key: field[key] for key in set(field.keys()) if key not in ("/T", "/FT")})
    )
    for key in set(field.keys()) - {"/T", "/FT"}:
        del field[key]
    widget.Parent = field
    field.Kids = pikepdf.Array([widget])
    annotations = opened.pages[0].obj.Annots
    for index, item in enumerate(annotations):
        if item.objgen == field.objgen:
            annotations[index] = widget


def styled(opened: pikepdf.Pdf, field: Any) -> None:
    field.MK = pikepdf.Dictionary({"/BC": pikepdf.Array([1, 0, 0])})
    field.DA = pikepdf.String("/F1 0 Tf 0 g")
    field.TU = pikepdf.String("Tanda tangan")


def untouched(opened: pikepdf.Pdf, field: Any) -> None:
    pass


SHAPES = {"merged": untouched, "split": split, "styled": styled}


@pytest.mark.parametrize("mode", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["surat.pdf", "form_indirect.pdf", "surat_tugas.pdf"])
def test_an_empty_field_is_filled_where_it_is(name: str, shape: str, mode: Any) -> None:
    pdf = reshaped(with_fields(corpus_file(name)), SHAPES[shape], mode)
    done = filled(pdf, "lain", appearance=LOOK)
    facts = done.facts
    assert (facts.field, facts.page_index, facts.rect) == ("lain", 0, es.Rect(*BOXES["lain"]))
    assert ("Signature is Valid" in tools.pdfsig(done.pdf)) == (shape != "split")
    assert tools.openssl_cms(done.pdf, facts, authority_of("p256").root.pem, NOW) == ""
    assert tools.qpdf_problems(done.pdf) == "" and verdicts(done.pdf) == [True]
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(done.pdf)) as after:
        assert len(before.Root.AcroForm.Fields) == len(after.Root.AcroForm.Fields)
        assert len(before.pages[0].Annots) == len(after.pages[0].Annots)
        old, new = (next(i for i in each.Root.AcroForm.Fields if i.T == "lain") for each in (before, after))
        assert set(new.keys()) - set(old.keys()) == ({"/V"} if shape == "split" else {"/V", "/AP"})
        for key in set(old.keys()):
            if key not in ("/Kids", "/P", "/Parent"):
                assert repr(old[key]) == repr(new[key])
    texts = tools.qr_texts(tools.pdfium_page(done.pdf, scale=6))
    assert LINK in texts
    box = es.inspect(pdf).pages[0].to_view(es.Rect(*BOXES["lain"]))
    window = tools.Window.of(box, 2.0)
    for draw in (tools.pdfium_page, tools.poppler_page):
        assert numpy.array_equal(window.blanked(draw(pdf)), window.blanked(draw(done.pdf)))


def test_poppler_sees_no_signature_of_a_field_whose_widget_is_another_object() -> None:
    """It looks for /V in the widget; pyHanko's own signature there is none to it either."""
    bundle = authority_of("rsa").pkcs12("x")
    signer = signers.SimpleSigner.load_pkcs12_data(bundle, other_certs=[], passphrase=b"x")
    meta = signers.PdfSignatureMetadata(field_name="lain", md_algorithm="sha256")
    pdf = reshaped(with_fields(corpus_file("surat.pdf")), split)
    theirs = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer).getvalue()
    assert "Signature is Valid" not in tools.pdfsig(theirs)


def test_fields_are_filled_one_after_the_other() -> None:
    pdf = with_fields(corpus_file("surat.pdf"))
    for count, name in enumerate(("bagian.dua", HIDDEN, "lain", "bagian.satu"), 1):
        look = None if name == HIDDEN else LOOK
        pdf = filled(pdf, name, appearance=look).pdf
        assert verdicts(pdf) == [True] * count
    overview = es.inspect(pdf)
    assert all(field.signed for field in overview.fields) and overview.lock is None


def test_a_field_without_a_box_is_signed_invisibly() -> None:
    pdf = with_fields(corpus_file("surat.pdf"))
    done = filled(pdf, HIDDEN)
    assert (done.facts.rect, done.facts.page_index) == (None, None)
    with pytest.raises(es.PlacementError) as caught:
        filled(pdf, HIDDEN, appearance=LOOK)
    assert caught.value.code == "NO_PLACE"

    def off_page(opened: pikepdf.Pdf, field: Any) -> None:
        opened.pages[0].obj.Annots = pikepdf.Array([])

    assert filled(reshaped(pdf, off_page), "lain").facts.rect is None


def test_a_field_is_filled_behind_a_certification() -> None:
    certified = es.sign(with_fields(corpus_file("surat.pdf")), signer_of("p256"), signing_time=NOW, intent=es.Certify())
    assert verdicts(filled(certified.pdf, "lain", appearance=LOOK).pdf) == [True, True]


# ---- refusals


def twice(opened: pikepdf.Pdf, field: Any) -> None:
    opened.Root.AcroForm.Fields.append(opened.make_indirect(pikepdf.Dictionary({"/T": field.T, "/FT": field.FT})))


def two_widgets(opened: pikepdf.Pdf, field: Any) -> None:
    split(opened, field)
    field.Kids.append(opened.make_indirect(pikepdf.Dictionary(dict(field.Kids[0]))))


def direct(opened: pikepdf.Pdf, field: Any) -> None:
    opened.Root.AcroForm.Fields.append(pikepdf.Dictionary({"/T": pikepdf.String("langsung"), "/FT": field.FT}))


@pytest.mark.parametrize(
    ("change", "name", "code", "told"),
    [
        (untouched, "lian", "FIELD_NOT_FOUND", "'lain'"),
        (untouched, "bagian", "FIELD_NOT_FOUND", "'bagian.dua'"),
        (untouched, "satu", "FIELD_NOT_FOUND", "'bagian.satu'"),
        (untouched, "penerima", "FIELD_KIND", "not for signatures"),
        (twice, "lain", "FIELD_AMBIGUOUS", "2 fields"),
        (two_widgets, "lain", "FIELD_AMBIGUOUS", "2 places"),
        (direct, "langsung", "FIELD_TREE", "no object of its own"),
    ],
)
def test_fields_that_cannot_be_filled(change: Any, name: str, code: str, told: str) -> None:
    pdf = reshaped(with_fields(corpus_file("form_indirect.pdf")), change)
    with pytest.raises(es.InputError, match=told) as caught:
        filled(pdf, name)
    assert caught.value.code == code


def test_a_signed_field_is_not_signed_again() -> None:
    pdf = filled(with_fields(corpus_file("surat.pdf")), "lain").pdf
    with pytest.raises(es.PlacementError, match=r"signed already.*'bagian\.satu'") as caught:
        filled(pdf, "lain")
    assert caught.value.code == "FIELD_SIGNED"
    for name in (*BOXES, HIDDEN)[1:]:
        pdf = filled(pdf, name).pdf
    with pytest.raises(es.PlacementError, match="no empty signature field"):
        filled(pdf, "lain")


# ---- the placement as data


def test_a_field_as_a_placement_travels_as_json() -> None:
    placement = es.at_field("bagian.satu")
    value = json.loads(json.dumps(placement.to_json()))
    assert value == {"version": 1, "field": {"name": "bagian.satu"}}
    assert es.Placement.from_json(value) == placement
    pdf = with_fields(corpus_file("surat.pdf"))
    page, rect, _ = resolved(pdf, placement)
    assert (page.index, rect) == (0, es.Rect(*BOXES["bagian.satu"]))
    with pytest.raises(es.PlacementError) as caught:
        resolved(pdf, es.at_field(HIDDEN))
    assert caught.value.code == "FIELD_INVISIBLE"
    with pytest.raises(es.PlacementError) as caught:
        placement.resolve(page, 1.0)
    assert caught.value.code == "FIELD_NAME"


@pytest.mark.parametrize(
    "value",
    [
        {"version": 1, "field": {"name": ""}},
        {"version": 1, "field": {"name": 5}},
        {"version": 1, "field": {}},
        {"version": 1, "field": {"name": "a"}, "page_index": 0},
        {"version": 1, "rect": {"x0": 0, "y0": 0, "x1": 9, "y1": 9}},
    ],
)
def test_placements_that_are_none(value: Any) -> None:
    with pytest.raises(es.InputError) as caught:
        es.Placement.from_json(value)
    assert caught.value.code == "PLACEMENT_JSON"


# ---- the field's own lock


def with_seed(lock: Any = None, permission: int | None = None, **seed: Any) -> bytes:
    """A field "isian" by pyHanko, with a lock or seed values."""
    writer = IncrementalPdfFileWriter(io.BytesIO(with_fields(corpus_file("surat.pdf"))))
    peer.append_signature_field(
        writer,
        peer.SigFieldSpec(
            "isian",
            box=(300, 300, 380, 380),
            field_mdp_spec=lock,
            doc_mdp_update_value=peer.MDPPerm(permission) if permission else None,
            seed_value_dict=peer.SigSeedValueSpec(**seed) if seed else None,
        ),
    )
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_the_lock_of_a_field_goes_into_its_signature() -> None:
    pdf = with_seed(peer.FieldMDPSpec(peer.FieldMDPAction.INCLUDE, ["lain"]), permission=2)
    done = filled(pdf, "isian")
    assert verdicts(done.pdf) == [True]
    with pikepdf.open(io.BytesIO(done.pdf)) as opened:
        (reference,) = opened.Root.AcroForm.Fields[-1].V.Reference
        assert reference.TransformMethod == "/FieldMDP"
        assert (reference.TransformParams.Action, [str(n) for n in reference.TransformParams.Fields]) == (
            "/Include",
            ["lain"],
        )
    with pytest.raises(es.DocumentLocked, match="locks the fields 'lain'"):
        filled(done.pdf, "lain")
    assert verdicts(filled(done.pdf, "bagian.satu", appearance=LOOK).pdf) == [True, True]


def test_a_lock_besides_that_of_the_field_is_refused() -> None:
    pdf = with_seed(peer.FieldMDPSpec(peer.FieldMDPAction.INCLUDE, ["lain"]))
    same = es.Approve(lock=es.Lock("include", ["lain"]))
    assert verdicts(filled(pdf, "isian", intent=same).pdf) == [True]
    with pytest.raises(es.SigningError) as caught:
        filled(pdf, "isian", intent=es.Approve(lock=es.Lock("all")))
    assert caught.value.code == "FIELD_LOCK"
    strict = with_seed(peer.FieldMDPSpec(peer.FieldMDPAction.INCLUDE, ["lain"]), permission=1)
    with pytest.raises(es.SigningError, match="permit='nothing'") as caught:
        filled(strict, "isian", intent=es.Certify("forms"))
    assert caught.value.code == "FIELD_LOCK"
    assert verdicts(filled(strict, "isian", intent=es.Certify("nothing")).pdf) == [True]


def test_a_lock_is_written_into_a_field_only_where_nobody_has_signed() -> None:
    """Behind a signature the field is not to change; the new signature says it all the same."""
    pdf = with_fields(corpus_file("surat.pdf"))
    lock = es.Approve(lock=es.Lock("all"))
    for before, has in ((pdf, True), (filled(pdf, "bagian.satu").pdf, False)):
        done = filled(before, "lain", intent=lock)
        with pikepdf.open(io.BytesIO(done.pdf)) as opened:
            field = next(item for item in opened.Root.AcroForm.Fields if item.T == "lain")
            assert ("/Lock" in field) == has and field.V.Reference[0].TransformMethod == "/FieldMDP"
        assert all(verdicts(done.pdf))


# ---- seed values


def subject(kind: Any = "p256") -> Any:
    return x509.Certificate.load(authority_of(kind).signer.der)


def intermediate(kind: Any = "p256") -> Any:
    return x509.Certificate.load(authority_of(kind).intermediate.der)


def root(kind: Any = "p256") -> Any:
    return x509.Certificate.load(authority_of(kind).root.der)


def cert(flags: CertFlag, **rest: Any) -> dict[str, Any]:
    return {"cert": peer.SigCertConstraints(flags=flags, **rest)}


USAGE = peer.SigCertKeyUsage
PADES, OLD = peer.SigSeedSubFilter.PADES, peer.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
REASONED = {"claims": es.Claims(reason="Setuju")}
CERTIFIED = {"intent": es.Certify("nothing")}


@pytest.mark.parametrize(
    ("seed", "given"),
    [
        ({"flags": Flag.SUBFILTER, "subfilters": [OLD, PADES]}, {}),
        ({"subfilters": [OLD]}, {}),
        ({"flags": Flag.SUBFILTER, "subfilters": [PADES]}, {"subfilter": "ETSI.CAdES.detached"}),
        ({"flags": Flag.REASONS, "reasons": ["Setuju", "Tahu"]}, REASONED),
        ({"flags": Flag.REASONS, "reasons": ["."]}, {}),
        ({"flags": Flag.REASONS}, {}),
        ({"reasons": ["Tahu"]}, REASONED),
        ({"flags": Flag.DIGEST_METHOD, "digest_methods": ["sha384", "sha256"]}, {}),
        ({"digest_methods": ["sha512"]}, {}),
        ({"flags": Flag.ADD_REV_INFO, "add_rev_info": False}, {}),
        ({"seed_signature_type": peer.SeedSignatureType(None)}, {}),
        ({"seed_signature_type": peer.SeedSignatureType(peer.MDPPerm.NO_CHANGES)}, CERTIFIED),
        ({"flags": Flag.LOCK_DOCUMENT, "lock_document": peer.SeedLockDocument.LOCK}, CERTIFIED),
        ({"flags": Flag.LOCK_DOCUMENT, "lock_document": peer.SeedLockDocument.DO_NOT_LOCK}, {}),
        ({"flags": Flag.LOCK_DOCUMENT, "lock_document": peer.SeedLockDocument.SIGNER_DISCRETION}, CERTIFIED),
        (cert(CertFlag.SUBJECT, subjects=[intermediate(), subject()]), {}),
        (cert(CertFlag.ISSUER, issuers=[intermediate()]), {}),
        (cert(CertFlag.ISSUER, issuers=[root()]), {}),
        (cert(CertFlag.SUBJECT_DN, subject_dn=x509.Name.build({"country_name": "ID"})), {}),
        (
            cert(
                CertFlag.KEY_USAGE, key_usage=[USAGE.read_from_sv_string("0XXXX1"), USAGE.read_from_sv_string("X1XXX0")]
            ),
            {},
        ),
        (cert(CertFlag(0), subjects=[root()]), {}),
        ({"timestamp_server_url": "https://tsa.example/"}, {}),
    ],
)
def test_what_a_field_asks_for_is_given(seed: dict[str, Any], given: dict[str, Any]) -> None:
    """pyHanko's verdict is also about the seed values."""
    done = filled(with_seed(**seed), "isian", **given)
    assert verdicts(done.pdf) == [True] and tools.qpdf_problems(done.pdf) == ""


@pytest.mark.parametrize(
    ("seed", "given", "key"),
    [
        ({"flags": Flag.SUBFILTER, "subfilters": [OLD]}, {"subfilter": "ETSI.CAdES.detached"}, "SubFilter"),
        ({"flags": Flag.SUBFILTER, "subfilters": [peer.SigSeedSubFilter.PBAD_PADES]}, {}, "SubFilter"),
        ({"flags": Flag.REASONS, "reasons": ["Tahu"]}, REASONED, "Reasons"),
        ({"flags": Flag.REASONS, "reasons": ["Tahu"]}, {}, "Reasons"),
        ({"flags": Flag.REASONS, "reasons": ["."]}, REASONED, "Reasons"),
        ({"flags": Flag.REASONS}, REASONED, "Reasons"),
        ({"flags": Flag.LEGAL_ATTESTATION, "legal_attestations": ["x"]}, CERTIFIED, "LegalAttestation"),
        ({"flags": Flag.ADD_REV_INFO, "add_rev_info": True}, {}, "AddRevInfo"),
        ({"flags": Flag.DIGEST_METHOD, "digest_methods": ["sha512"]}, {}, "DigestMethod"),
        ({"flags": Flag.APPEARANCE_FILTER, "appearance": "x"}, {}, "AppearanceFilter"),
        ({"flags": Flag.V, "sv_dict_version": 4}, {}, "V"),
        ({"seed_signature_type": peer.SeedSignatureType(None)}, CERTIFIED, "MDP"),
        ({"seed_signature_type": peer.SeedSignatureType(peer.MDPPerm.FILL_FORMS)}, CERTIFIED, "MDP"),
        ({"seed_signature_type": peer.SeedSignatureType(peer.MDPPerm.FILL_FORMS)}, {}, "MDP"),
        ({"flags": Flag.LOCK_DOCUMENT, "lock_document": peer.SeedLockDocument.LOCK}, {}, "LockDocument"),
        ({"flags": Flag.LOCK_DOCUMENT, "lock_document": peer.SeedLockDocument.DO_NOT_LOCK}, CERTIFIED, "LockDocument"),
        ({"timestamp_server_url": "https://tsa.example/", "timestamp_required": True}, {}, "TimeStamp"),
        (cert(CertFlag.SUBJECT, subjects=[subject("rsa")]), {}, "Cert /Subject"),
        (cert(CertFlag.ISSUER, issuers=[subject("rsa")]), {}, "Cert /Issuer"),
        (cert(CertFlag.SUBJECT_DN, subject_dn=x509.Name.build({"common_name": "Orang Lain"})), {}, "Cert /SubjectDN"),
        (cert(CertFlag.KEY_USAGE, key_usage=[USAGE.read_from_sv_string("X0")]), {}, "Cert /KeyUsage"),
    ],
)
def test_what_a_field_asks_for_is_refused_by_name(seed: dict[str, Any], given: dict[str, Any], key: str) -> None:
    class Untouchable:
        """A key that may not be asked."""

        certificate, chain, mechanism = signer_of("p256").certificate, signer_of("p256").chain, es.Mechanism("ecdsa")

        def sign(self, tbs: es.ToBeSigned, /) -> bytes:
            raise SystemExit

    with pytest.raises(es.SigningError, match=f"seed value /{key} asks for ") as caught:
        es.sign(with_seed(**seed), Untouchable(), signing_time=NOW, placement=es.at_field("isian"), **given)
    assert caught.value.code == "SEED_VALUE"


def seeded(entries: dict[str, Any]) -> bytes:
    """The field "lain" with seed values that pyHanko does not write."""

    def change(opened: pikepdf.Pdf, field: Any) -> None:
        field.SV = opened.make_indirect(pikepdf.Dictionary({"/Type": pikepdf.Name.SV, **entries}))

    return reshaped(with_fields(corpus_file("surat.pdf")), change)


def test_seed_values_that_pyhanko_does_not_write() -> None:
    def refused(entries: dict[str, Any], told: str, **given: Any) -> None:
        with pytest.raises(es.SigningError, match=told) as caught:
            filled(seeded(entries), "lain", **given)
        assert caught.value.code == "SEED_VALUE"

    name, text = pikepdf.Name, pikepdf.String
    refused({"/Ff": 1, "/Filter": name("/Entrust.PPKEF")}, "/Filter asks for Entrust.PPKEF")
    assert filled(seeded({"/Ff": 1, "/Filter": name("/Adobe.PPKLite")}), "lain")
    assert filled(seeded({"/Filter": name("/Entrust.PPKEF"), "/Ff": text("x")}), "lain")
    policies = {"/Cert": pikepdf.Dictionary({"/Ff": 4, "/OID": pikepdf.Array([text("1.2.3")])})}
    refused(policies, "/Cert /OID")
    wanted = pikepdf.Dictionary({"/Ff": 1, "/Subject": pikepdf.Array([]), "/URL": text("https://ca.example/")})
    refused({"/Cert": wanted}, "https://ca.example/")
    garbage = pikepdf.Dictionary({"/Ff": 2, "/Issuer": pikepdf.Array([text("no certificate"), 5])})
    refused({"/Cert": garbage}, "/Cert /Issuer")
    under = {"/Cert": pikepdf.Dictionary({"/SignaturePolicyOID": text("1.2.3")})}
    refused(under, "SignaturePolicyOID")
    assert filled(seeded(under), "lain", claims=es.Claims(policy=es.SignaturePolicy("1.2.3", bytes(32))))
    distinguished = {"/CN": text("Dra. Sekar Ayuningtyas, M.Hum."), "/2.5.4.6": text("ID")}
    names = pikepdf.Array([pikepdf.Dictionary({"/CN": text("x")}), pikepdf.Dictionary(distinguished)])
    assert filled(seeded({"/Cert": pikepdf.Dictionary({"/Ff": 8, "/SubjectDN": names})}), "lain")
    assert filled(seeded({"/Ff": 128, "/LockDocument": False}), "lain")


def test_an_issuer_is_known_by_its_name_where_the_identity_has_no_chain() -> None:
    class Alone:
        certificate, chain, mechanism = signer_of("p256").certificate, (), es.Mechanism("ecdsa")

    def prepared(issuer: Any) -> es.Prepared:
        pdf = with_seed(**cert(CertFlag.ISSUER, issuers=[issuer]))
        return es.prepare(pdf, Alone(), signing_time=NOW, placement=es.at_field("isian"))

    assert prepared(intermediate()).facts.field == "isian"
    with pytest.raises(es.SigningError, match="/Cert /Issuer"):
        prepared(root())


def test_a_field_that_asks_for_a_timestamp_is_not_completed_without() -> None:
    pdf = with_seed(timestamp_server_url="https://tsa.example/", timestamp_required=True)
    signer = signer_of("p256")
    prepared = es.prepare(pdf, signer, signing_time=NOW, placement=es.at_field("isian"))
    assert prepared.timestamp_required
    prepared = es.Prepared.from_json(json.loads(json.dumps(prepared.to_json())))
    with pytest.raises(es.SigningError, match="/TimeStamp asks for a timestamp") as caught:
        es.complete(prepared, signer.sign(prepared.tbs))
    assert caught.value.code == "SEED_VALUE"


# ---- the command


def test_the_command_fills_certifies_locks_and_says_so(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(with_fields(corpus_file("surat.pdf")))
    (tmp_path / "p12").write_bytes(authority_of("p256").pkcs12(PASSPHRASE))
    (tmp_path / "pass").write_text(PASSPHRASE)
    key = ["--p12", str(tmp_path / "p12"), "--passphrase-file", str(tmp_path / "pass"), "--time", NOW.isoformat()]

    def sign(source: str, target: str, *options: str) -> int:
        return run(["sign", str(tmp_path / source), *key, "-o", str(tmp_path / target), *options])

    policy = f"2.16.360.1,{'ab' * 48},https://kebijakan.example/"
    assert (
        sign("a.pdf", "b.pdf", "--field", "bagian.satu", "--certify", "forms", "--lock", "include=lain", "--qr", LINK)
        == 0
    )
    assert "field bagian.satu" in capsys.readouterr().out
    assert sign("b.pdf", "c.pdf", "--policy", policy, "--subfilter", "adbe.pkcs7.detached") == 0
    assert "PKCS7-B, invisible" in capsys.readouterr().out
    assert verdicts((tmp_path / "c.pdf").read_bytes()) == [True, True]
    assert run(["inspect", str(tmp_path / "c.pdf")]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "permits filling in forms and signing" in told and "locks the fields 'lain'" in told
    assert sign("c.pdf", "d.pdf", "--field", "lain") == 3
    assert "locks the fields 'lain'" in " ".join(capsys.readouterr().err.split())
    assert sign("c.pdf", "d.pdf", "--certify", "nothing") == 3
    assert run(["place", str(tmp_path / "a.pdf"), "--field", "lain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.split("\n\n")[-1]) == {"version": 1, "field": {"name": "lain"}}


@pytest.mark.parametrize(
    "options",
    [
        ["--lock", "some"],
        ["--lock", "include"],
        ["--lock", "all=x"],
        ["--policy", "1.2.3"],
        ["--policy", "1.2.3,xy"],
        ["--policy", "a.b," + "00" * 32],
        ["--certify", "all"],
        ["--subfilter", "x"],
        ["--field", "a", "--tag", "#"],
        ["--field", "a", "--page", "1"],
        ["--field", "a", "--allow-overlap"],
    ],
)
def test_options_that_do_not_fit(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sign", "a.pdf", "--p12", "b", "-o", "c", *options]) == 2
    assert "esign: USAGE: " in capsys.readouterr().err
