"""Our reader against qpdf, pypdf and pyHanko, over the project's corpus and, where it is, the public one."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.byhand import ONE_PAGE, table_file
from esign_core.pdf.objects import PdfFile
from tests import oracle, oracle_peers
from tests.test_fuzz_reader import cut, flip, mutate, number, splice, swap

ROOT = Path(__file__).parent.parent
OWN = sorted((ROOT / "corpus" / "files").glob("*.pdf"))
SHARED = ROOT.parent / "shared" / "corpus"
PUBLIC = [*sorted((SHARED / "real").glob("*.pdf")), *sorted((SHARED / "signed").glob("*.pdf"))]


@pytest.fixture(autouse=True)
def _quiet_peers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_corpus(path: Path) -> None:
    assert not oracle.unexpected(oracle.compare(path), frozenset())


@pytest.mark.skipif(not PUBLIC, reason=f"no public corpus beside the repository ({SHARED.name}/corpus)")
@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
@pytest.mark.filterwarnings("ignore")
def test_public_corpus(path: Path) -> None:
    assert not oracle.unexpected(oracle.compare(path), oracle.known("public").get(path.name, frozenset()))


def test_own_corpus_has_no_known_divergence() -> None:
    assert not oracle.known("corpus")


@pytest.mark.skipif(not PUBLIC, reason=f"no public corpus beside the repository ({SHARED.name}/corpus)")
def test_every_known_divergence_names_a_file() -> None:
    assert oracle.known("public").keys() <= {path.name for path in PUBLIC}


@pytest.mark.parametrize(
    ("ours", "theirs", "kinds"),
    [
        ("update_table_1.pdf", "update_table_2.pdf", {"contents", "objects", "revisions"}),
        ("frames.pdf", "frames_odd.pdf", {"contents", "frames", "objects", "pages", "revisions"}),
        ("form_direct.pdf", "form_empty.pdf", {"contents", "fields", "objects", "revisions"}),
        ("update_table_1.pdf", "update_table_1.pdf", set()),
    ],
)
def test_differences_are_seen(ours: str, theirs: str, kinds: set[str]) -> None:
    """The oracle can fail: what the peers say of another file does not agree."""
    folder = ROOT / "corpus" / "files"
    with PdfFile((folder / ours).read_bytes()) as file:
        found = dict(oracle.differences_of(file, oracle_peers.QpdfView.of(folder / theirs)))
    assert set(found) == kinds


def test_a_signature_is_seen(tmp_path: Path) -> None:
    field = "<</T(s)/FT/Sig/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<01%s>>>>>"
    for name, end in (("a", "02"), ("b", "03"), ("c", "")):
        catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>"
        (tmp_path / name).write_bytes(
            table_file({**ONE_PAGE, 1: catalog, 4: field % end if end else "<</T(s)/FT/Sig>>"})
        )
    with PdfFile((tmp_path / "a").read_bytes()) as file:
        for name in "abc":
            found = dict(oracle.differences_of(file, oracle_peers.QpdfView.of(tmp_path / name)))
            assert ("signatures" in found) == (name != "a")


def test_outcomes_that_are_not_expected_are_said() -> None:
    agreed = oracle.Outcome("x.pdf", "", "", {})
    refused = oracle.Outcome("x.pdf", "XREF_DAMAGED", "", {})
    assert not oracle.unexpected(agreed, frozenset())
    assert "unexpected agreement" in oracle.unexpected(agreed, frozenset({"pages"}))
    assert "new divergence (XREF_DAMAGED)" in oracle.unexpected(refused, frozenset())
    assert not oracle.unexpected(refused, frozenset({"XREF_DAMAGED"}))
    assert not oracle.unexpected(oracle.Outcome("x.pdf", "XREF_DAMAGED", "WARNING", {}), frozenset())
    differs = oracle.Outcome("x.pdf", "", "WARNING", {"pages": "1 against 2"})
    assert "pages: 1 against 2" in oracle.unexpected(differs, frozenset())
    assert "(pages)" in oracle.unexpected(differs, frozenset({"frames"}))


@pytest.mark.parametrize("change", [flip, cut, number, swap, splice], ids=lambda change: change.__name__)
def test_mutants_that_qpdf_reads_without_complaint_are_read_alike_or_refused(
    change: Callable[[bytearray, random.Random], None], tmp_path: Path
) -> None:
    """Strictness may refuse what qpdf lets pass, but what is read is the same."""
    read = 0
    for path in OWN:
        for seed in range(2):
            mutant = bytearray(path.read_bytes())
            mutate(mutant, change, random.Random(f"oracle {path.name} {change.__name__} {seed}"))
            (tmp_path / path.name).write_bytes(mutant)
            outcome = oracle.compare(tmp_path / path.name)
            if not outcome.complaint and not outcome.refusal:
                read += 1
                assert not outcome.differences.keys() & {"pages", "frames", "contents", "objects"}, (seed, outcome)
    assert read
