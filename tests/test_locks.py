"""What earlier signatures forbid: the answers, and that they are those of pyHanko's difference analysis."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

import esign_core as es
from corpus.byhand import table_file
from esign_core.document.locks import FieldLock, Locks, Restriction, locks_of
from esign_core.pdf.objects import PdfFile
from tests.conftest import MANIFEST, NOW, authority_of, corpus_file, signer_of

BOXES = {"lain": (50, 60, 150, 90), "bagian.satu": (50, 100, 150, 130), "bagian.dua": (50, 140, 150, 170)}
HIDDEN = "tersembunyi"


# ---- the facts


def locks(*references: str, field: str = "", catalog: str = "", parameters: str = "null") -> Locks:
    value = f"<</Type/Sig/Reference[{' '.join(references)}]>>"
    objects = {
        1: f"<</Pages 2 0 R/AcroForm<</Fields[5 0 R 4 0 R]>>{catalog}>>",
        2: "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        4: f"<</T(s)/FT/Sig/V 7 0 R{field}>>",
        5: "<</T(open)/FT/Sig/Lock<</Action/All/P 1>>>>",
        6: parameters,
        7: value,
        8: "<</Type/Sig/Reference[<</TransformMethod/DocMDP/TransformParams<</P 1>>>>]>>",
    }
    with PdfFile(table_file(objects)) as file:
        return locks_of(file)


def transform(method: str, parameters: str) -> str:
    return f"<</TransformMethod/{method}/TransformParams {parameters}>>"


@pytest.mark.parametrize(
    ("references", "permission", "found"),
    [
        ([], None, ()),
        ([transform("DocMDP", "<</P 1>>")], 1, ()),
        ([transform("DocMDP", "<</P 2>>")], 2, ()),
        ([transform("DocMDP", "<</P 3>>")], 3, ()),
        ([transform("DocMDP", "<<>>")], 2, ()),
        ([transform("DocMDP", "<</P 4>>")], 2, ()),
        ([transform("DocMDP", "<</P true>>")], 2, ()),
        ([transform("DocMDP", "5")], 2, ()),
        ([transform("DocMDP", "6 0 R")], 1, ()),
        ([transform("DocMDP", "<</P 3>>"), transform("DocMDP", "<</P 1>>")], 1, ()),
        ([transform("UR3", "<</P 1>>")], None, ()),
        ([transform("FieldMDP", "<</Action/All/Fields[(x)]>>")], None, (FieldLock("All"),)),
        ([transform("FieldMDP", "<</Action/Exclude/Fields[(x)]>>")], None, (FieldLock("Exclude", ("x",)),)),
        (
            [transform("FieldMDP", "<</Action/Include/Fields[(x) 5 <FEFF0079>]>>")],
            None,
            (FieldLock("Include", ("x", "y")),),
        ),
        ([transform("FieldMDP", "<</Action/Include>>")], None, ()),
        ([transform("FieldMDP", "<</Action/Sonstwie/Fields[(x)]>>")], None, (FieldLock("All"),)),
        ([transform("FieldMDP", "null")], None, (FieldLock("All"),)),
        (["null", "5", transform("FieldMDP", "<</Action/Include>>"), transform("DocMDP", "<</P 1>>")], 1, ()),
    ],
)
def test_what_a_signature_forbids(references: list[str], permission: int | None, found: tuple[FieldLock, ...]) -> None:
    answer = locks(*references, parameters="<</P 1>>")
    assert answer.signed == ("s",) and not answer.certified
    assert answer.permission == permission
    expected = () if permission is None and not found else (Restriction("s", permission, found),)
    assert answer.restrictions == expected
    assert bool(expected) == bool([each.sentence() for each in answer.restrictions])


def test_the_lock_of_the_field_counts_whether_or_not_the_signature_repeats_it() -> None:
    held = "/Lock<</Action/Include/Fields[(a)]/P 1>>"
    assert locks(field=held).restrictions == (Restriction("s", 1, (FieldLock("Include", ("a",)),)),)
    repeated = transform("FieldMDP", "<</Action/Include/Fields[(a)]>>")
    assert locks(repeated, field=held) == locks(field=held)
    said = transform("DocMDP", "<</P 3>>")  # of the signature, before that of the field: so does pyHanko
    assert locks(said, field=held).permission == 3
    assert locks(field="/Lock 5").restrictions == ()
    for odd in ("[/Include]", "<<>>", "5", "(Include)"):  # what is no name means the most
        assert locks(field=f"/Lock<</Action {odd}/Fields[(a)]>>").restrictions[0].locks == (FieldLock("All"),)


def test_a_certification_that_is_in_no_field_forbids_too() -> None:
    answer = locks(catalog="/Perms<</DocMDP 8 0 R>>")
    assert answer.certified and answer.restrictions == (Restriction("", 1, ()),)
    refusal = answer.filling("open")
    assert refusal is not None and refusal.field == "" and "/Perms" in refusal.why
    own = locks(transform("DocMDP", "<</P 2>>"), catalog="/Perms<</DocMDP 7 0 R>>")
    assert own.certified and own.restrictions == (Restriction("s", 2, ()),)
    assert not locks(catalog="/Perms<</DocMDP 5>>").certified and not locks(catalog="/Perms 5").certified


def test_references_that_are_no_array_lock_nothing() -> None:
    objects = {
        1: "<</Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
        2: "<</Type/Pages/Count 0/Kids[]>>",
        4: "<</T(s)/FT/Sig/V<</Reference 5>>>>",
    }
    with PdfFile(table_file(objects)) as file:
        assert locks_of(file) == Locks(("s",), certified=False, restrictions=())


NAMES = st.text("ab.", min_size=1, max_size=5)


@given(st.sampled_from(FieldMDPAction), st.lists(NAMES, max_size=3), NAMES)
def test_a_lock_covers_what_pyhanko_says_it_does(action: FieldMDPAction, listed: list[str], name: str) -> None:
    theirs = FieldMDPSpec(action, None if action is FieldMDPAction.ALL else listed)
    ours = FieldLock(action.value.strip("/"), () if action is FieldMDPAction.ALL else tuple(listed))  # type: ignore[arg-type]
    assert ours.covers(name) == theirs.is_locked(name)


# ---- the peer: what pyHanko says when it was done all the same


def with_fields(pdf: bytes) -> bytes:
    """Empty signature fields by pikepdf: visible ones, two of them below a parent, and one without a box."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[0]

        def widget(name: str, box: tuple[int, ...], **more: Any) -> Any:
            entries = {"/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name.Widget, "/FT": pikepdf.Name.Sig}
            entries |= {"/T": pikepdf.String(name), "/Rect": pikepdf.Array(box), "/F": 132, "/P": page.obj}
            return opened.make_indirect(pikepdf.Dictionary(entries | more))

        parent = opened.make_indirect(pikepdf.Dictionary({"/T": pikepdf.String("bagian")}))
        kids = [widget(name.partition(".")[2], BOXES[name], **{"/Parent": parent}) for name in BOXES if "." in name]
        parent.Kids = pikepdf.Array(kids)
        top = [widget("lain", BOXES["lain"]), widget(HIDDEN, (0, 0, 0, 0))]
        page.obj["/Annots"] = opened.make_indirect(pikepdf.Array([*page.obj.get("/Annots", []), *kids, *top]))
        if "/AcroForm" not in opened.Root:
            opened.Root.AcroForm = pikepdf.Dictionary({"/Fields": pikepdf.Array()})
        for item in (parent, *top):
            opened.Root.AcroForm.Fields.append(item)
        output = io.BytesIO()
        opened.save(output)
    return output.getvalue()


def by_pyhanko(pdf: bytes, *, certify: bool, permission: int | None, lock: FieldMDPSpec | None) -> bytes:
    """Signed first by pyHanko, in a new invisible field; with a lock, or with a permission of the field lock."""
    bundle = authority_of("rsa").pkcs12("x")
    signer = signers.SimpleSigner.load_pkcs12_data(bundle, other_certs=[], passphrase=b"x")
    chosen = None if permission is None else MDPPerm(permission)
    meta = signers.PdfSignatureMetadata(
        field_name="Pertama", certify=certify, docmdp_permissions=chosen or MDPPerm.FILL_FORMS, md_algorithm="sha256"
    )
    spec = fields.SigFieldSpec("Pertama", field_mdp_spec=lock, doc_mdp_update_value=None if certify else chosen)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return signers.sign_pdf(writer, meta, signer=signer, new_field_spec=spec).getvalue()


ALL, INCLUDE, EXCLUDE = FieldMDPAction.ALL, FieldMDPAction.INCLUDE, FieldMDPAction.EXCLUDE
FIRST: dict[str, dict[str, Any]] = {
    "approval": {"certify": False, "permission": None, "lock": None},
    **{f"certified {p}": {"certify": True, "permission": p, "lock": None} for p in (1, 2, 3)},
    "all": {"certify": False, "permission": None, "lock": FieldMDPSpec(ALL)},
    "include": {"certify": False, "permission": None, "lock": FieldMDPSpec(INCLUDE, ["lain"])},
    "include parent": {"certify": False, "permission": None, "lock": FieldMDPSpec(INCLUDE, ["bagian"])},
    "exclude": {"certify": False, "permission": None, "lock": FieldMDPSpec(EXCLUDE, ["bagian.dua", HIDDEN])},
    **{
        f"include, P {p}": {"certify": False, "permission": p, "lock": FieldMDPSpec(INCLUDE, ["lain"])}
        for p in (1, 2, 3)
    },
    "certified 2, exclude": {"certify": True, "permission": 2, "lock": FieldMDPSpec(EXCLUDE, ["lain"])},
}
NEXT: dict[str, es.Placement | None] = {
    "new invisible": None,
    "new visible": es.at_rect(0, es.Rect(300, 20, 380, 50)),
    **{name: es.at_field(name) for name in (*BOXES, HIDDEN)},
}


@cache
def first_signed(name: str, how: str) -> bytes:
    return by_pyhanko(with_fields(corpus_file(name)), **FIRST[how])


def still_fine(pdf: bytes, before: int) -> bool:
    """pyHanko on the first signature: nothing happened that it forbids.

    In a locked field it takes any appearance stream for one that was exchanged in place; what it names is then no
    object of the update behind `before`, and not held against us.
    """
    first = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    first.compute_integrity_info()
    found = first.diff_result
    if isinstance(found, SuspiciousModification):
        named = re.search(r"^Update of Reference\(idnum=(\d+),", str(found))
        return named is not None and b"\n%d 0 obj" % int(named[1]) not in pdf[before:]
    return bool(first.summarise_integrity_info()["docmdp_ok"])


@pytest.mark.parametrize("how", FIRST)
@pytest.mark.parametrize("name", ["surat.pdf", "form_indirect.pdf", "surat_objstm.pdf"])
def test_lock_decisions_agree_with_pyhanko(name: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = first_signed(name, how)
    ours: dict[str, bool] = {}
    for what, placement in NEXT.items():
        try:
            es.prepare(pdf, signer_of("p256"), signing_time=NOW, placement=placement)
            ours[what] = True
        except es.DocumentLocked as error:
            assert error.field == "Pertama" and "'Pertama'" in str(error)
            ours[what] = False
    monkeypatch.setattr("esign_core.signing.draft.locks_of", lambda file: Locks((), certified=False, restrictions=()))
    forced = {what: es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=where) for what, where in NEXT.items()}
    assert ours == {what: still_fine(signed.pdf, len(pdf)) for what, signed in forced.items()}
    told = es.inspect(pdf)
    assert (told.lock is None) == any(ours[what] for what in ours if what != "new visible")
    assert {field.name: field.locked is None for field in told.fields if not field.signed} == {
        what: ours[what] for what in ours if what in (*BOXES, HIDDEN)
    }


# pyHanko reads no page whose /Annots holds a dictionary itself
READ_BY_PYHANKO = [name for name in MANIFEST if name != "form_direct.pdf"]


@pytest.mark.parametrize("name", READ_BY_PYHANKO)
@pytest.mark.parametrize("permission", [1, 2])
def test_certified_corpus_files(name: str, permission: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = es.sign(
        corpus_file(name),
        signer_of("rsa"),
        signing_time=NOW,
        intent=es.Certify("nothing" if permission == 1 else "forms"),
    ).pdf
    if permission == 1:
        with pytest.raises(es.DocumentLocked):
            es.sign(pdf, signer_of("p256"), signing_time=NOW)
        monkeypatch.setattr(
            "esign_core.signing.draft.locks_of", lambda file: Locks((), certified=False, restrictions=())
        )
    assert still_fine(es.sign(pdf, signer_of("p256"), signing_time=NOW).pdf, len(pdf)) == (permission == 2)
