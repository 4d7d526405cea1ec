"""Signing through the public face: the update, the two steps, what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import mmap
import pickle
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from demo import ca
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests import tools
from tests.conftest import LINK, MANIFEST, NOW, PASSPHRASE, authority_of, certified, corpus_file, judge, signer_of

TEXT = st.characters(exclude_categories=["Cs"])


class Key:
    """A signer made of parts, so that each can be wrong."""

    def __init__(self, entity: ca.Entity, value: Any = None, chain: tuple[bytes, ...] = ()) -> None:
        self.certificate = entity.der
        self.chain = chain
        self.mechanism = es.Mechanism("ecdsa")
        self.value = value

    def sign(self, tbs: es.ToBeSigned, /) -> bytes:
        if isinstance(self.value, BaseException):
            raise self.value
        return self.value  # type: ignore[no-any-return]


# ---- the update


@pytest.mark.parametrize("name", MANIFEST)
def test_the_input_is_an_exact_prefix_and_the_reader_sees_the_same_document(name: str) -> None:
    pdf = corpus_file(name)
    signed = es.sign(pdf, signer_of("p256"), signing_time=NOW)
    assert signed.pdf.startswith(pdf)
    assert len(signed.pdf) - len(pdf) < 40_000
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(signed.pdf)) as after:
        assert len(before.pages) == len(after.pages)
        for one, two in zip(before.pages, after.pages, strict=True):
            assert set(two.obj.keys()) - set(one.obj.keys()) <= {"/Annots"}
        kept = set(before.Root.keys())
        assert kept <= set(after.Root.keys())
        assert set(after.Root.keys()) - kept <= {"/AcroForm", "/Extensions"}
        assert after.Root.Extensions.ESIC.ExtensionLevel == 2
        assert after.Root.AcroForm.SigFlags == 3
        if "/Info" in before.trailer:
            assert dict(before.trailer.Info) == dict(after.trailer.Info)
        if "/ID" in before.trailer:
            assert bytes(before.trailer.ID[0]) == bytes(after.trailer.ID[0])


def test_extensions_that_are_there_are_kept() -> None:
    for name in ("extensions_direct.pdf", "extensions_indirect.pdf", "extensions_esic.pdf"):
        pdf = corpus_file(name)
        signed = es.sign(pdf, signer_of("p256"), signing_time=NOW).pdf
        with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(signed)) as after:
            extensions = after.Root.Extensions
            for key, value in before.Root.Extensions.items():
                assert extensions[key] == value
            assert "/ESIC" in extensions


def test_what_the_signature_dictionary_says(letter: bytes) -> None:
    claims = es.Claims(
        name="Sekar (Kepala)", reason="Persetujuan \\ ok", location="Tirta Mulya – 東京", contact="a@b.example"
    )
    signed = es.sign(letter, signer_of("p256"), signing_time=NOW, claims=claims)
    with pikepdf.open(io.BytesIO(signed.pdf)) as pdf:
        value = pdf.Root.AcroForm.Fields[-1].V
        assert str(value.Name) == "Sekar (Kepala)"
        assert str(value.Reason) == "Persetujuan \\ ok"
        assert str(value.Location) == "Tirta Mulya – 東京"
        assert str(value.ContactInfo) == "a@b.example"
        assert str(value.M) == "D:20261124093000+07'00'"
        assert value.SubFilter == "/ETSI.CAdES.detached"
        assert str(value.Prop_Build.App.Name) == "/esign_core"
    silent = es.sign(letter, signer_of("p256"), signing_time=NOW)
    with pikepdf.open(io.BytesIO(silent.pdf)) as pdf:
        assert not {"/Name", "/Reason", "/Location", "/ContactInfo"} & set(pdf.Root.AcroForm.Fields[-1].V.keys())


def test_a_claim_that_is_no_text() -> None:
    with pytest.raises(es.InputError) as caught:
        es.Claims(reason="\ud800")
    assert caught.value.code == "CLAIM_TEXT"


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "D:20260102030405Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 999999, tzinfo=NOW.tzinfo), "D:20260102030405+07'00'"),
    ],
)
def test_the_signing_time_is_written_in_its_own_zone(letter: bytes, moment: datetime, written: str) -> None:
    policy = es.SigningPolicy(check_validity=False)
    data = es.prepare(letter, signer_of("p256"), signing_time=moment, policy=policy).data
    assert f"/M({written})".encode() in data


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_is_a_document(letter: bytes, kind: Any) -> None:
    first = es.prepare(letter, signer_of("p256"), signing_time=NOW)
    assert es.prepare(kind(letter), signer_of("p256"), signing_time=NOW) == first


def test_the_facts_are_for_an_audit_log(letter: bytes) -> None:
    rect = es.Rect(100, 100, 180, 180)
    signed = es.sign(letter, signer_of("p256"), signing_time=NOW, placement=es.at_rect(0, rect), appearance=es.qr(LINK))
    facts = signed.facts
    assert facts.sha256_before == hashlib.sha256(letter).hexdigest()
    assert facts.sha256_after == hashlib.sha256(signed.pdf).hexdigest()
    assert (facts.page_index, facts.rect, facts.level, facts.path, facts.repaired) == (
        0,
        rect,
        "PAdES-B-B",
        "lean",
        False,
    )
    assert facts.byte_range[0] == 0
    assert facts.byte_range[2] + facts.byte_range[3] == len(signed.pdf)
    assert pickle.loads(pickle.dumps(signed)) == signed
    assert "b'" not in repr(signed)


# ---- two steps


def test_prepare_is_deterministic_and_complete_too(letter: bytes, signer: Pkcs12Signer) -> None:
    one = es.prepare(letter, signer, signing_time=NOW)
    two = es.prepare(letter, signer, signing_time=NOW)
    assert one == two
    value = signer.sign(one.tbs)
    assert es.complete(one, value) == es.complete(two, value)
    assert es.prepare(letter, signer, signing_time=NOW + timedelta(seconds=1)) != one


def test_prepared_travels_as_json(letter: bytes, signer: Pkcs12Signer) -> None:
    placement = es.at_rect(0, es.Rect(100, 100, 180.5, 180))
    prepared = es.prepare(letter, signer, signing_time=NOW, placement=placement, appearance=es.qr(LINK))
    text = json.dumps(prepared.to_json())
    again = es.Prepared.from_json(json.loads(text))
    assert again == prepared
    signed = es.complete(again, signer.sign(again.tbs)).join(letter)
    assert "Signature is Valid" in tools.pdfsig(signed)
    assert letter[:200].hex() not in text and "PRIVATE" not in text


def test_what_was_prepared_before_timestamps_could_be_required_is_read(letter: bytes, signer: Pkcs12Signer) -> None:
    prepared = es.prepare(letter, signer, signing_time=NOW)
    value = dict(prepared.to_json())
    del value["digest"], value["timestamp_required"]
    value["digest"] = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
    assert es.Prepared.from_json(value) == prepared


def test_the_key_sees_little_and_never_the_document(letter: bytes, signer: Pkcs12Signer) -> None:
    tbs = es.prepare(letter, signer, signing_time=NOW).tbs
    assert len(tbs.data) < 140
    assert len(tbs.digest) == 32


@pytest.mark.parametrize(
    "damage",
    [
        lambda value: value | {"version": 2},
        lambda value: value | {"base_length": value["base_length"] + 1},
        lambda value: value | {"data": value["data"][:-4]},
        lambda value: value | {"facts": value["facts"] | {"field": "other"}},
        lambda value: {key: item for key, item in value.items() if key != "digest"},
        lambda value: {key: item for key, item in value.items() if key != "version"},
        lambda value: {"version": 1},
        lambda value: [],
        lambda value: None,
        lambda value: "text",
    ],
)
def test_a_damaged_prepared_is_refused(letter: bytes, damage: Any) -> None:
    value = dict(es.prepare(letter, signer_of("p256"), signing_time=NOW).to_json())
    with pytest.raises(es.InputError) as caught:
        es.Prepared.from_json(damage(value))
    assert caught.value.code == "PREPARED_JSON"


def test_a_later_version_is_refused_even_when_its_digest_fits(letter: bytes) -> None:
    value = dict(es.prepare(letter, signer_of("p256"), signing_time=NOW).to_json()) | {"version": 2}
    del value["digest"]
    value["digest"] = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
    with pytest.raises(es.InputError) as caught:
        es.Prepared.from_json(value)
    assert caught.value.code == "PREPARED_JSON"


def test_no_copy_of_the_document_before_join(letter: bytes) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        pdf.Root.PieceInfo = pdf.make_stream(bytes(30_000_000))
        pdf.save(output, compress_streams=False)
    large = output.getvalue()
    tracemalloc.start()
    try:
        prepared = es.prepare(large, signer_of("p256"), signing_time=NOW)
        update = es.complete(prepared, signer_of("p256").sign(prepared.tbs))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(large) > 30_000_000 > 20 * peak
    assert "Signature is Valid" in tools.pdfsig(update.join(large))


def test_a_mapped_file_can_be_closed_right_after(letter: bytes, tmp_path: Path) -> None:
    path = tmp_path / "surat.pdf"
    path.write_bytes(letter)
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        found = es.find_tags(mapped, "#")
        signed = es.sign(mapped, signer_of("p256"), signing_time=NOW, placement=es.at_tag(found, width=50, height=50))
        with pytest.raises(es.TagNotFound):
            es.at_tag(es.find_tags(mapped, "~"), width=50, height=50)
    assert judge(signed.pdf, authority_of("p256")).conclusion.passed


def test_join_refuses_another_document(letter: bytes, signer: Pkcs12Signer) -> None:
    prepared = es.prepare(letter, signer, signing_time=NOW)
    update = es.complete(prepared, signer.sign(prepared.tbs))
    for other in (letter + b"\n", letter[:-1], letter[:-1] + b"x", b""):
        with pytest.raises(es.InputError) as caught:
            update.join(other)
        assert caught.value.code == "OTHER_DOCUMENT"
    assert update.join(memoryview(letter)).startswith(letter)


def test_complete_refuses_values_that_do_not_fit(letter: bytes, signer: Pkcs12Signer) -> None:
    prepared = es.prepare(letter, signer, signing_time=NOW)
    good = signer.sign(prepared.tbs)
    other = es.prepare(letter, signer, signing_time=NOW, claims=es.Claims(reason="x"))
    flipped = bytes((good[0], *good[1:-1], good[-1] ^ 1))
    for value in (b"", b"\0" * len(good), flipped, good[:-1], signer.sign(other.tbs)):
        with pytest.raises(es.SignerError) as caught:
            es.complete(prepared, value)
        assert caught.value.code == "VALUE_DOES_NOT_FIT"
    assert es.complete(prepared, good).data


def test_a_signature_that_does_not_fit_names_both_sizes(letter: bytes, signer: Pkcs12Signer) -> None:
    prepared = es.prepare(letter, signer, signing_time=NOW, reserve=1000)
    with pytest.raises(es.SpaceExceeded) as caught:
        es.complete(prepared, signer.sign(prepared.tbs))
    assert caught.value.reserved == 1000 < caught.value.needed
    exact = es.prepare(letter, signer, signing_time=NOW, reserve=caught.value.needed + 8)
    assert "Signature is Valid" in tools.pdfsig(es.complete(exact, signer.sign(exact.tbs)).join(letter))


# ---- several signatures, stored positions


def test_a_position_of_another_document_is_refused(letter: bytes) -> None:
    match = es.find_tags(letter, "#")[0]
    placement = es.at_tag(match, width=60, height=60)
    for other in (corpus_file("surat_dua.pdf"), letter[:-1] + b"x", letter[:200]):
        with pytest.raises(es.InputError) as caught:
            es.prepare(other, signer_of("p256"), signing_time=NOW, placement=placement, appearance=es.qr(LINK))
        assert caught.value.code in ("OTHER_DOCUMENT", "TRUNCATED")


def test_a_position_on_a_page_that_changed_is_refused() -> None:
    """The update files print another `#` in each revision: what was found in the first is not there in the second."""
    newest = corpus_file("update_table_1.pdf")
    oldest = newest[: newest.index(b"%%EOF") + 6]
    match = es.find_tags(oldest, "#")[0]
    placement = es.at_tag(match, width=60, height=60)
    assert es.prepare(oldest, signer_of("p256"), signing_time=NOW, placement=placement, appearance=es.qr(LINK))
    with pytest.raises(es.InputError) as caught:
        es.prepare(newest, signer_of("p256"), signing_time=NOW, placement=placement, appearance=es.qr(LINK))
    assert caught.value.code == "OTHER_DOCUMENT"


def test_field_names_do_not_collide(letter: bytes) -> None:
    pdf, names = letter, []
    for _ in range(3):
        signed = es.sign(pdf, signer_of("p256"), signing_time=NOW)
        pdf = signed.pdf
        names.append(signed.facts.field)
    assert len(set(names)) == 3


# ---- refusals


def test_a_naive_time_is_refused(letter: bytes) -> None:
    with pytest.raises(es.InputError) as caught:
        es.sign(letter, signer_of("p256"), signing_time=datetime(2026, 11, 24))  # noqa: DTZ001
    assert caught.value.code == "NAIVE_TIME"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        ({"not_after": NOW - timedelta(days=1)}, "CERTIFICATE_EXPIRED"),
        ({"not_before": NOW + timedelta(days=1)}, "CERTIFICATE_NOT_YET_VALID"),
        ({"usage": ca.key_usage("key_encipherment")}, "KEY_USAGE"),
        ({"is_ca": True}, "CERTIFICATE_IS_CA"),
    ],
)
def test_an_unfit_certificate_signs_nothing(letter: bytes, make: dict[str, Any], code: str) -> None:
    authority = authority_of("p256")
    entity = ca.make_signer(authority.intermediate, NOW, "p256", **make)
    bundle = ca.make_pkcs12(entity, [authority.intermediate], PASSPHRASE)
    signer = Pkcs12Signer.load(bundle, passphrase=PASSPHRASE)
    with pytest.raises(es.CertificateUnfit) as caught:
        es.sign(letter, signer, signing_time=NOW)
    assert caught.value.code == code
    relaxed = es.SigningPolicy(check_validity=False, check_key_usage=False, allow_ca=True)
    assert es.sign(letter, signer, signing_time=NOW, policy=relaxed).pdf


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"not a signature", "VALUE_DOES_NOT_FIT"),
        (None, "SIGNER_FAILED"),
        ("text", "SIGNER_FAILED"),
        (RuntimeError("token gone"), "SIGNER_FAILED"),
        (es.SignerUnavailable("later"), "SIGNER_UNAVAILABLE"),
    ],
)
def test_whatever_a_signer_does_is_a_signer_error(letter: bytes, value: Any, code: str) -> None:
    with pytest.raises(es.SignerError) as caught:
        es.sign(letter, Key(authority_of("p256").signer, value), signing_time=NOW)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {b"/ByteRange [0 ": b"/ByteRange [1 "},
        {b"/Contents<": b"/Contentz<"},
        {b"/Contents<": b"/Contentz<", b"/SubFilter/ETSI.CAdES.detached": b"/Contents<>/X/ETSI.CAdES.detac"},
        {b"/Contents<30": b"/Contents<3g"},
        {b"/Contents<30": b"/Contents<>0"},
        {b"0>>>\nendobj\n": b"0>>>\nendobk\n"},
        {b"/ETSI.CAdES.detached": b"/ETSI.CAdES.detache)"},
        {b"/T(": b"/U("},
        {b"/FT/Sig": b"/FT/Btn"},
        {b"/V ": b"/W "},
    ],
)
def test_a_document_that_did_not_come_out_right_is_withheld(
    letter: bytes, monkeypatch: pytest.MonkeyPatch, changes: dict[bytes, bytes]
) -> None:
    """The two steps are trusted with nothing: here they write another update than they prepared."""
    counts: list[int] = []

    def complete_wrongly(prepared: es.Prepared, value: bytes, *more: Any) -> es.Update:
        update = es.complete(prepared, value)
        for old, new in changes.items():
            counts.append(update.data.count(old))
            update = replace(update, data=update.data.replace(old, new))
        return update

    monkeypatch.setattr("esign_core.signing.needs.completed", complete_wrongly)
    with pytest.raises(es.EsignError, match="did not come out right") as caught:
        es.sign(letter, signer_of("p256"), signing_time=NOW)
    assert caught.value.code == "INTERNAL"
    assert counts == [1] * len(changes)


def test_a_buffer_that_changes_while_its_signature_is_made_is_refused(letter: bytes) -> None:
    buffer = bytearray(letter)
    key = signer_of("p256")

    class Meddler(Key):
        def sign(self, tbs: es.ToBeSigned, /) -> bytes:
            buffer[letter.index(b"endstream") - 2] ^= 1
            return key.sign(tbs)

    with pytest.raises(es.InputError) as caught:
        es.sign(buffer, Meddler(authority_of("p256").signer), signing_time=NOW)
    assert caught.value.code == "OTHER_DOCUMENT"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_the_digest_of_the_signed_document_is_told(letter: bytes, kind: type) -> None:
    signed = es.sign(kind(letter), signer_of("p256"), signing_time=NOW)
    assert signed.facts.sha256_after == hashlib.sha256(signed.pdf).hexdigest()


def test_what_is_prepared_pickles(letter: bytes) -> None:
    prepared = es.prepare(letter, signer_of("rsa"), signing_time=NOW)
    again = pickle.loads(pickle.dumps(prepared))
    assert again == prepared == es.Prepared.from_json(prepared.to_json())
    value = signer_of("rsa").sign(prepared.tbs)
    assert es.complete(again, value).join(letter) == es.sign(letter, signer_of("rsa"), signing_time=NOW).pdf


def test_keyboard_interrupt_passes(letter: bytes) -> None:
    with pytest.raises(KeyboardInterrupt):
        es.sign(letter, Key(authority_of("p256").signer, KeyboardInterrupt()), signing_time=NOW)


def test_a_certificate_that_is_none(letter: bytes) -> None:
    key = Key(authority_of("p256").signer)
    key.certificate = b"no certificate"
    with pytest.raises(es.InputError) as caught:
        es.sign(letter, key, signing_time=NOW)
    assert caught.value.code == "CERTIFICATE_MALFORMED"


@pytest.mark.parametrize(
    ("placement", "code"),
    [
        (es.at_rect(1, es.Rect(0, 0, 10, 10)), "PAGE_OUT_OF_RANGE"),
        (es.at_rect(0, es.Rect(590, 0, 700, 10)), "OFF_PAGE"),
        (es.at_rect(0, es.Rect(-1, 0, 70, 10)), "OFF_PAGE"),
    ],
)
def test_a_box_that_is_not_on_the_page(letter: bytes, placement: es.Placement, code: str) -> None:
    with pytest.raises(es.PlacementError) as caught:
        es.sign(letter, signer_of("p256"), signing_time=NOW, placement=placement, appearance=es.qr(LINK))
    assert caught.value.code == code


def test_an_appearance_without_a_place(letter: bytes) -> None:
    with pytest.raises(es.PlacementError) as caught:
        es.sign(letter, signer_of("p256"), signing_time=NOW, appearance=es.qr(LINK))
    assert caught.value.code == "NO_PLACE"


@pytest.mark.parametrize("reserve", [0, -5])
def test_room_for_nothing(letter: bytes, reserve: int) -> None:
    with pytest.raises(es.InputError) as caught:
        es.prepare(letter, signer_of("p256"), signing_time=NOW, reserve=reserve)
    assert caught.value.code == "RESERVE"


@pytest.mark.parametrize("mechanism", [es.Mechanism("ed25519"), es.Mechanism("rsa_pkcs1v15"), es.Mechanism("rsa_pss")])
def test_a_mechanism_that_cannot_be_written_yet(letter: bytes, mechanism: es.Mechanism) -> None:
    """Refused before the key is spent: this one would not survive it."""
    key = Key(authority_of("p256").signer, SystemExit())
    key.mechanism = mechanism
    with pytest.raises(es.InputError) as caught:
        es.sign(letter, key, signing_time=NOW)
    assert caught.value.code == "MECHANISM"


def test_a_document_certified_against_any_change_is_locked(letter: bytes) -> None:
    with pytest.raises(es.DocumentLocked) as caught:
        es.sign(certified(letter, 1), signer_of("p256"), signing_time=NOW)
    assert caught.value.field == "Sertifikasi"
    assert caught.value.code == "DOCUMENT_LOCKED"


def test_a_document_certified_for_forms_can_be_signed(letter: bytes) -> None:
    signed = es.sign(certified(letter, 2), signer_of("p256"), signing_time=NOW)
    assert tools.pdfsig(signed.pdf).count("Signature is Valid") == 2


@settings(max_examples=40, deadline=None)
@given(st.text(TEXT, max_size=60), st.text(TEXT, max_size=60))
def test_any_claim_survives(reason: str, location: str) -> None:
    claims = es.Claims(reason=reason, location=location)
    prepared = es.prepare(corpus_file("surat.pdf"), signer_of("p256"), signing_time=NOW, claims=claims)
    update = es.complete(prepared, signer_of("p256").sign(prepared.tbs))
    with pikepdf.open(io.BytesIO(update.join(corpus_file("surat.pdf")))) as pdf:
        value = pdf.Root.AcroForm.Fields[-1].V
        assert str(value.get("/Reason", "")) == reason
        assert str(value.get("/Location", "")) == location


def test_a_box_over_an_earlier_signature_is_refused_unless_it_may(letter: bytes) -> None:
    signer, look = signer_of("p256"), es.qr(LINK)
    placement = es.at_view(0, es.ViewRect(300, 500, 80, 80))
    once = es.sign(letter, signer, signing_time=NOW, placement=placement, appearance=look)
    over = es.ViewRect(340, 560, 80, 80)
    with pytest.raises(es.PlacementError, match=rf"'{once.facts.field}'.* they share 40.00 x 20.00") as caught:
        es.sign(once.pdf, signer, signing_time=NOW, placement=es.at_view(0, over), appearance=look)
    assert caught.value.code == "OVERLAP"
    assert es.sign(
        once.pdf, signer, signing_time=NOW, placement=es.at_view(0, over, allow_overlap=True), appearance=look
    )
    assert es.sign(once.pdf, signer, signing_time=NOW)  # an invisible one lies nowhere
