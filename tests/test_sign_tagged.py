"""A visible widget in the structure of a tagged document, as poppler and pikepdf read it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import esign_core as es
from tests import tools
from tests.conftest import LINK, NOW, authority_of, corpus_file, signer_of

TAGGED = ["surat_tugas.pdf", "tabel_html.pdf", "surat_pdfa.pdf"]


def signed(pdf: bytes, **place: Any) -> bytes:
    placement = es.at_view(0, es.ViewRect(100, 600, 60, 60), **place)
    return es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=placement, appearance=es.qr(LINK)).pdf


def structure(pdf: bytes, folder: Path) -> str:
    """The structure as poppler reads it: one element a line."""
    (folder / "file.pdf").write_bytes(pdf)
    return tools.run("pdfinfo", "-struct", folder / "file.pdf").stdout


def changed(pdf: bytes, change: Any) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(output)
    return output.getvalue()


def numbers(node: Any) -> dict[int, Any]:
    found = {int(node.Nums[at]): node.Nums[at + 1] for at in range(0, len(node.get("/Nums", ())), 2)}
    for kid in node.get("/Kids", ()):
        found |= numbers(kid)
    return found


def require_entered(pdf: bytes) -> None:
    """The widget names a key, under that the parent tree has its element, and that names the widget and its parent."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root.StructTreeRoot
        widget = next(item for item in opened.pages[0].Annots if item.get("/FT") == "/Sig")
        entries = numbers(root.ParentTree)
        element = entries[int(widget.StructParent)]
        assert int(root.ParentTreeNextKey) == int(widget.StructParent) + 1 > max(set(entries) - {widget.StructParent})
        assert element.S == "/Form" and element.K.Type == "/OBJR" and element.K.Obj.objgen == widget.objgen
        kids = element.P.K
        assert kids[-1].objgen == element.objgen
        assert opened.pages[0].Tabs == "/S" and str(widget.TU)


@pytest.mark.parametrize("name", TAGGED)
def test_the_widget_is_an_element(name: str, tmp_path: Path) -> None:
    pdf = corpus_file(name)
    output = signed(pdf)
    before, after = structure(pdf, tmp_path), structure(output, tmp_path)
    assert after.startswith(before.rstrip("\n"))  # the last one, below all that was there
    assert re.fullmatch(r"\s*Form[^\n]*\n(\s+Object[^\n]*\n)?\s*", after[len(before.rstrip("\n")) :])
    require_entered(output)
    assert tools.qpdf_problems(output) == ""
    authority = authority_of("p256")
    assert tools.pyhanko_verdicts(output, authority.root.der, authority.crls(), NOW) == [True]


def one_kid(opened: Any) -> None:
    """The root's only child, written without an array."""
    root = opened.Root.StructTreeRoot
    root.K = root.K if not isinstance(root.K, pikepdf.Array) else root.K[0]
    if "/ParentTreeNextKey" in root:
        del root["/ParentTreeNextKey"]


def direct(opened: Any) -> None:
    root = opened.Root.StructTreeRoot
    numbers = [item for pair in flat(root.ParentTree) for item in pair]
    root.ParentTree = pikepdf.Dictionary(Nums=pikepdf.Array(numbers))


def deep(opened: Any) -> None:
    root = opened.Root.StructTreeRoot
    pairs = flat(root.ParentTree)
    leaves = [
        opened.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(list(pair)), Limits=pikepdf.Array([pair[0]] * 2)))
        for pair in [*pairs, (max(key for key, _ in pairs) + 5, pikepdf.Array())]
    ]
    middle = pikepdf.Dictionary(Kids=pikepdf.Array(leaves), Limits=pikepdf.Array([0, pairs[-1][0] + 5]))
    root.ParentTree = opened.make_indirect(pikepdf.Dictionary(Kids=pikepdf.Array([opened.make_indirect(middle)])))


def flat(tree: Any) -> list[tuple[int, Any]]:
    return sorted(numbers(tree).items())


def several(opened: Any) -> None:
    """Two elements below the root."""
    root = opened.Root.StructTreeRoot
    only = root.K[0] if isinstance(root.K, pikepdf.Array) else root.K
    other = opened.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Part, P=root))
    root.K = opened.make_indirect(pikepdf.Array([only, other]))


@pytest.mark.parametrize("change", [one_kid, direct, deep, several])
@pytest.mark.parametrize("name", TAGGED)
def test_however_the_tree_is_written(name: str, change: Any, tmp_path: Path) -> None:
    pdf = changed(corpus_file(name), change)
    output = signed(pdf)
    require_entered(output)
    assert structure(output, tmp_path).count("Form") == structure(pdf, tmp_path).count("Form") + 1
    assert tools.qpdf_problems(output) == ""
    with pikepdf.open(io.BytesIO(output)) as opened:
        for node in opened.objects:
            if isinstance(node, pikepdf.Dictionary) and "/Limits" in node and "/Nums" in node:
                assert [int(node.Limits[0]), int(node.Limits[1])] == [int(node.Nums[0]), int(node.Nums[-2])]


def cyclic(opened: Any) -> None:
    tree = opened.Root.StructTreeRoot.ParentTree
    del tree["/Nums"]
    tree.Kids = pikepdf.Array([tree])


def unmarked(opened: Any) -> None:
    opened.Root.MarkInfo = pikepdf.Dictionary(Marked=False)


def rootless(opened: Any) -> None:
    del opened.Root.StructTreeRoot.ParentTree


@pytest.mark.parametrize("change", [cyclic, unmarked, rootless])
def test_a_structure_that_cannot_be_followed_stays_as_it_is(change: Any) -> None:
    output = signed(changed(corpus_file("surat_pdfa.pdf"), change))
    with pikepdf.open(io.BytesIO(output)) as opened:
        widget = next(item for item in opened.pages[0].Annots if item.get("/FT") == "/Sig")
        assert "/StructParent" not in widget
    assert "Signature is Valid" in tools.pdfsig(output)


def test_the_name_is_in_the_language_of_the_document() -> None:
    for language, name in (("id-ID", "Tanda tangan"), ("en", "Signature"), (None, "Signature")):

        def speak(opened: Any, language: str | None = language) -> None:
            if language is None:
                del opened.Root.Lang
            else:
                opened.Root.Lang = pikepdf.String(language)

        pdf = corpus_file("surat_pdfa.pdf")
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert "/Lang" in opened.Root
        with pikepdf.open(io.BytesIO(signed(changed(pdf, speak)))) as opened:
            assert str(next(item for item in opened.pages[0].Annots if item.get("/FT") == "/Sig").TU) == name


def test_behind_a_signature_the_structure_is_not_touched() -> None:
    """Nor for a signature that nobody sees."""
    pdf = es.sign(corpus_file("surat_pdfa.pdf"), signer_of("p256"), signing_time=NOW).pdf
    twice = signed(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as old, pikepdf.open(io.BytesIO(twice)) as new:
        for opened in (old, new):
            assert all("/StructParent" not in item for item in opened.pages[0].Annots if item.get("/FT") == "/Sig")
        assert len(numbers(old.Root.StructTreeRoot.ParentTree)) == len(numbers(new.Root.StructTreeRoot.ParentTree))
    authority = authority_of("p256")
    assert tools.pyhanko_verdicts(twice, authority.root.der, authority.crls(), NOW) == [True, True]
