"""Encrypted documents are signed: what the update adds is encrypted as the rest is, and other tools read it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import esign_core as es
from corpus.byhand import ONE_PAGE, table_file
from esign_core.files import sign_file
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref
from tests.conftest import LINK, NOW, authority_of, corpus_file, judge, signer_of
from tests.test_pdf_security import FILES, OWNER, SECRET, WAYS, by_hand, encrypted
from tests.tools import Window, pdfium_page, pdfsig, pixels, pyhanko_verdicts, qpdf_problems, qr_texts

CLAIMS = es.Claims(name="Ani (Direktur) ü", reason="Setuju", location="Jakarta")
NAMES = (*FILES, "surat_dua.pdf", "form_indirect.pdf", "extensions_direct.pdf", "update_stream_2.pdf")


def signed(pdf: bytes, **changed: Any) -> es.Signed:
    given: dict[str, Any] = {"signing_time": NOW, "claims": CLAIMS, "password": SECRET}
    return es.sign(pdf, signer_of("p256"), **(given | changed))


def stamped(pdf: bytes, **changed: Any) -> es.Signed:
    return signed(pdf, placement=es.at_rect(0, es.Rect(100, 100, 200, 200)), appearance=es.qr(LINK), **changed)


def in_plain(pdf: bytes, password: str) -> dict[tuple[int, int], Any]:
    """Every object as qpdf decrypts it: of a stream its dictionary and data."""
    found: dict[tuple[int, int], Any] = {}
    with pikepdf.open(io.BytesIO(pdf), password=password) as file:
        for item in file.objects:
            if isinstance(item, pikepdf.Stream):
                if item.get("/Type") not in ("/XRef", "/ObjStm"):
                    entries = {key: value for key, value in dict(item).items() if key != "/Length"}
                    found[item.objgen] = (pikepdf.Dictionary(entries).unparse(), item.read_raw_bytes())
            elif item is not None and item.is_indirect:
                found[item.objgen] = item.unparse(resolved=True)
    return found


def verdicts(pdf: bytes, password: str = SECRET) -> list[bool]:
    authority = authority_of("p256")
    return pyhanko_verdicts(pdf, authority.root.der, authority.crls(), NOW, password)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_others_read_and_accept_it(way: str, name: str) -> None:
    before = encrypted(way, name)
    result = stamped(before)
    assert result.pdf.startswith(before)
    assert not qpdf_problems(result.pdf, SECRET)
    assert not qpdf_problems(result.pdf, OWNER)
    told = pdfsig(result.pdf, SECRET)
    assert "Signature is Valid" in told and "Total document signed" in told
    assert LINK in qr_texts(pdfium_page(result.pdf, password=SECRET))
    if way != "R5":  # pyHanko's reader does not authenticate this one as qpdf writes it
        assert verdicts(result.pdf) == [True]


@pytest.mark.parametrize("way", WAYS)
def test_what_the_update_says_is_what_a_plain_one_says(way: str) -> None:
    """Object by object, as qpdf decrypts both: strings and streams, old ones and new ones."""
    for name in ("form_direct.pdf", "surat_objstm.pdf"):
        locked = encrypted(way, name)
        with pikepdf.open(io.BytesIO(stamped(locked).pdf), password=SECRET) as file:
            field = next(item for item in file.Root.AcroForm.Fields if item.get("/FT") == "/Sig" and "/V" in item)
            assert str(field.V.Name) == CLAIMS.name
            assert (str(field.V.Reason), str(field.V.Location)) == ("Setuju", "Jakarta")
            assert str(field.V.M) == "D:20261124093000+07'00'"
            assert str(field.T).startswith("esign_")
            assert b" re" in field.AP.N.read_bytes()
        before, after = in_plain(locked, SECRET), in_plain(stamped(locked).pdf, SECRET)
        kept = [key for key in before if before[key] == after.get(key)]
        assert len(before) - len(kept) <= 3  # page, catalog, form


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("packed", [False, True])
def test_the_strings_of_an_object_that_is_rewritten(way: str, packed: bool) -> None:
    """Those in a plain object are encrypted already, those in an object stream only with it."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(corpus_file("surat.pdf"))) as pdf:
        words = [pikepdf.String("satu"), pikepdf.String("dua (2) \\ ü"), pikepdf.String("")]
        words = pikepdf.Array([*words, pikepdf.Dictionary(Deep=pikepdf.Array(words))])
        form = pikepdf.Dictionary(DA=pikepdf.String("/Helv 0 Tf"), Fields=pikepdf.Array(), Words=words)
        pdf.Root.AcroForm = pdf.make_indirect(form)
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        pdf.save(output, encryption=pikepdf.Encryption(user=SECRET, owner=OWNER, **WAYS[way]), object_stream_mode=mode)
    locked = output.getvalue()
    result = signed(locked).pdf
    for pdf_bytes in (locked, result):
        with pikepdf.open(io.BytesIO(pdf_bytes), password=SECRET) as pdf:
            form = pdf.Root.AcroForm
            found = [*form.Words[:3], *form.Words[3].Deep]
            assert [str(item) for item in found] == ["satu", "dua (2) \\ ü", ""] * 2
            assert str(form.DA) == "/Helv 0 Tf"
    with PdfFile(locked, password=SECRET) as file:
        held = file.catalog[1]["AcroForm"]
        assert isinstance(held, Ref)
        item = file.load(held)
        assert item and (item.container is not None) is packed
    if not packed:  # not even encrypted anew
        update = result[len(locked) :]
        start = locked.index(b"/Words")
        assert locked[start : locked.index(b"]", start)] in update


def test_a_second_signature_leaves_the_first() -> None:
    first = stamped(encrypted("R6"))
    second = signed(first.pdf, password=OWNER)
    assert verdicts(second.pdf) == [True, True]
    assert pdfsig(second.pdf, SECRET).count("Signature is Valid") == 2
    report = judge(second.pdf, authority_of("p256"), password=SECRET)
    assert [item.field for item in report.signatures] == [first.facts.field, second.facts.field]
    assert report.signatures[1].reason == "Setuju"


@pytest.mark.parametrize("way", WAYS)
def test_it_is_verified(way: str) -> None:
    report = judge(stamped(encrypted(way)).pdf, authority_of("p256"), password=OWNER)
    assert report.conclusion.passed, report.text()
    assert (report.signatures[0].reason, report.document.encrypted) == ("Setuju", True)


@pytest.mark.parametrize("way", ["R3", "R4 AES", "R6"])
def test_the_same_arguments_give_the_same_bytes(way: str) -> None:
    first, second = (
        es.prepare(encrypted(way), signer_of("p256"), claims=CLAIMS, signing_time=NOW, password=SECRET) for _ in "12"
    )
    assert first == second == es.Prepared.from_json(first.to_json())


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_it_is_readable(way: str) -> None:
    data = es.prepare(
        encrypted(way), signer_of("p256"), signing_time=NOW, password=SECRET, claims=es.Claims(reason="Rahasia sekali")
    ).data
    assert b"Rahasia sekali" not in data and b"Rahasia sekali".hex().encode() not in data
    assert b"20261124" not in data and b"(esign_" not in data


def test_an_initialisation_vector_is_not_used_for_two_texts() -> None:
    found = []
    for reason in ("a", "b", "c"):
        data = es.prepare(
            encrypted("R6"), signer_of("p256"), signing_time=NOW, password=SECRET, claims=es.Claims(reason=reason)
        ).data
        start = data.index(b"/Reason<") + len(b"/Reason<")
        found.append(data[start : start + 32])
    assert len(set(found)) == 3


def test_the_password_is_asked_for() -> None:
    for password in (None, "", "salah"):
        with pytest.raises(es.PasswordError) as caught:
            signed(encrypted("R6"), password=password)
        assert caught.value.code == "PASSWORD"
        assert "salah" not in str(caught.value)
    assert verdicts(signed(encrypted("R6", user=""), password=None).pdf, "") == [True]


@pytest.mark.parametrize("treatment", ["cover", "erase"])
def test_the_tag_can_be_covered_and_erased(treatment: Any) -> None:
    pdf = encrypted("R6")
    found = es.find_tags(pdf, "#", password=SECRET)
    placement = es.at_tag(found, width=80, height=80, treatment=treatment)
    result = signed(pdf, placement=placement, appearance=es.qr(LINK))
    assert not qpdf_problems(result.pdf, SECRET)
    assert LINK in qr_texts(pdfium_page(result.pdf, password=SECRET))
    assert (len(es.find_tags(result.pdf, "#", password=SECRET)) == 0) is (treatment == "erase")
    again = signed(result.pdf, placement=es.at_rect(0, es.Rect(300, 300, 380, 380)), appearance=es.qr("kedua"))
    assert verdicts(again.pdf) == [True, True]


def test_a_place_found_before_the_first_signature_is_good_for_the_second() -> None:
    pdf = encrypted("R4 AES")
    placement = es.at_tag(es.find_tags(pdf, "#", password=SECRET), width=80, height=80)
    first = signed(pdf)
    assert LINK in qr_texts(
        pdfium_page(signed(first.pdf, placement=placement, appearance=es.qr(LINK)).pdf, password=SECRET)
    )


@pytest.mark.parametrize("size", [5, 16])
def test_the_identifier_that_is_part_of_the_key_stays(size: int) -> None:
    """The first half of /ID (ISO 32000-2, algorithm 2); one that is not there counts as empty, and none is made up."""
    for name, kept in ((b"0123456789abcdef", b"0123456789abcdef"), (b"", b"")):
        pdf = by_hand(size, identifier=name)
        result = signed(pdf if name else pdf.replace(b"/ID[<><00>]", b""))
        with PdfFile(result.pdf, password=SECRET) as file:
            assert file.trailer["ID"][0] == kept  # type: ignore[index]
            assert file.get(file.catalog[1], "Said") == b"hello"
        assert not qpdf_problems(result.pdf, SECRET)


def test_what_is_not_encrypted_stays_so() -> None:
    """StrF and StmF Identity: only embedded files are encrypted, and no password is needed."""
    lock = "/V 4/R 4/Length 128/CF<</StdCF<</CFM/V2/Length 16>>>>/StmF/Identity/StrF/Identity/EFF/StdCF"
    pdf = by_hand(16, entries=lock)
    data = es.prepare(pdf, signer_of("p256"), signing_time=NOW, claims=CLAIMS).data
    assert b"Setuju".hex().encode() in data


def test_what_is_not_written_here_is_named() -> None:
    """Encrypted for certificates, and files under a message authentication code (ISO/TS 32004)."""
    trailer = "/Root 1 0 R/ID[<00><00>]"
    for more, what in (
        ("/Encrypt<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4>>", "encrypted for certificates"),
        ("/AuthCode<</MACLocation/Standalone>>", "MAC"),
    ):
        with pytest.raises(es.PdfError) as caught:
            es.prepare(table_file(ONE_PAGE, trailer=trailer + more), signer_of("p256"), signing_time=NOW)
        assert caught.value.code == "NEEDS_SIGN" and what in str(caught.value)
    lock = "/V 2/R 3/Length 128/KDFSalt<00>"
    with pytest.raises(es.PdfError) as caught:
        es.prepare(by_hand(16, entries=lock), signer_of("p256"), signing_time=NOW, password=SECRET)
    assert caught.value.code == "NEEDS_SIGN"


@pytest.mark.parametrize("treatment", ["cover", "erase"])
def test_a_tag_in_an_encrypted_document_is_treated_too(treatment: Any, tmp_path: Path) -> None:
    """In a file, whose pages are read anew for it: what is covered or erased is gone from the picture."""
    path = tmp_path / "locked.pdf"
    encryption = pikepdf.Encryption(owner="o", user="u", R=6)
    with pikepdf.open(io.BytesIO(corpus_file("surat.pdf"))) as opened:
        opened.save(path, encryption=encryption)
    match = es.find_tags(path.read_bytes(), "#", password="u")[0]
    place = es.at_tag(match, width=30, height=30, beside="right", gap=30, treatment=treatment)
    sign_file(path, signer_of("p256"), signing_time=NOW, placement=place, password="u")
    signed_pdf = path.read_bytes()
    assert bool(es.find_tags(signed_pdf, "#", password="u")) == (treatment == "cover")
    with pypdfium2.PdfDocument(signed_pdf, password="u") as document:
        picture = pixels(document[match.page_index].render(scale=3).to_pil())
    assert Window.of(match.view_rect, 3, 0).cut(picture).min() > 200
    assert (
        verdicts(signed_pdf, "u") == [True] and judge(signed_pdf, authority_of("p256"), password="u").conclusion.passed
    )
