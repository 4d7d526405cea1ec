"""Our reader against qpdf, pypdf and pyHanko, over the project's corpus and, where it is, the public one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import oracle

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
    ("kind", "before", "after"),
    [
        (
            "frames",
            b"/MediaBox[0 0 595.303937007874 841.889763779528]",
            b"/MediaBox[0 0 595.303937007874 841.889763779529]",
        ),
        ("objects", b"/Title", b"/Titel"),
        ("pages", b"", b""),
    ],
)
def test_a_difference_is_seen(kind: str, before: bytes, after: bytes, tmp_path: Path) -> None:
    """The oracle can fail: what qpdf is told of another file does not agree."""
