"""The benchmark of reach: what it counts, and that its judges refuse what is wrong."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

import esign_core as es
from benchmarks.__main__ import main
from benchmarks.reach_judges import Judges, State, state_of
from tests.conftest import NOW, authority_of, corpus_file, signer_of


def locked(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="pemilik", user="rahasia"))
    return out.getvalue()


def test_a_folder(tmp_path: Path, letter: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "a": letter,
        "copy": letter,
        "cut": letter[: len(letter) // 2],
        "none": b"no PDF",
        "locked": locked(letter),
    }
    for name, pdf in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    assert main(["reach", "--corpus", str(tmp_path), "--each", "--jobs", "2"]) == 0
    printed = capsys.readouterr().out
    rows = [line.split() for line in printed.splitlines()]
    assert "reach: 4 files, 1 of them need a password" in printed
    assert ["esign_core", *["1", "of", "1", "100.0", "%", "1", "of", "3", "33.3", "%"]] in rows
    assert ["pyHanko,", "not", "strict", *["1", "of", "1", "100.0", "%"]] in [row[:8] for row in rows]
    assert f"NOT_A_PDF\tdamaged\t{tmp_path / 'none.pdf'}" in printed
    assert f"damaged\t{tmp_path / 'cut.pdf'}" in printed


def test_a_sample_is_the_same_for_the_same_seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(9):
        (tmp_path / f"{number}.pdf").write_bytes(b"no PDF %d" % number)
    printed = []
    for seed in "112":
        assert main(["reach", "--corpus", str(tmp_path), "--sample", "2", "--seed", seed, "--each"]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != printed[2]
    assert "2 files" in printed[0]


def test_a_folder_without_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reach", "--corpus", str(tmp_path)]) == 2
    assert "no PDF" in capsys.readouterr().err


def test_the_judges_refuse_what_is_wrong(letter: bytes) -> None:
    authority = authority_of("rsa")
    judges = Judges(authority.root.der, authority.crls(), NOW)
    signed = es.sign(letter, signer_of("rsa"), signing_time=NOW)
    field = signed.facts.field
    assert judges.faults(signed.pdf, field, State.SOUND) == ()
    changed = bytearray(signed.pdf)
    changed[letter.index(b"endstream") - 2] ^= 1
    assert {"pdfsig: not valid", "pyHanko: not valid"} <= set(judges.faults(bytes(changed), field, State.DAMAGED))
    assert judges.faults(signed.pdf, "other", State.SOUND) == ("pdfsig: not found", "pyHanko: not found")
    longer = signed.pdf + b"%" * 2000
    assert "pdfsig: not the whole document" in judges.faults(longer, field, State.SOUND)
    assert judges.faults(signed.pdf.replace(b"startxref", b"startxxxx"), field, State.SOUND)[-1].startswith("pyHanko: ")
    strangers = Judges(authority_of("p256").root.der, [], NOW)
    assert strangers.faults(signed.pdf, field, State.SOUND) == ("pyHanko: not valid",)


def test_states(tmp_path: Path) -> None:
    letter = corpus_file("surat.pdf")
    path = tmp_path / "file.pdf"
    for pdf, state in (
        (letter, State.SOUND),
        (locked(letter), State.LOCKED),
        (letter.replace(b"startxref", b"startxxxx"), State.WARNED),
        (b"no PDF", State.DAMAGED),
    ):
        path.write_bytes(pdf)
        assert state_of(path) is state
