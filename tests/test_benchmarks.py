"""The benchmarks can be run: their short form, in which every engine that is installed answers every question once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import sign_documents
from benchmarks.__main__ import main
from benchmarks.engines import installed
from esign_core.pdf.objects import PdfFile
from tests import tools
from tests.conftest import corpus_file


def test_short_form_of_the_find_questions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "--quick"]) == 0
    printed = capsys.readouterr().out
    assert "find: one # on the letter" in printed
    assert "reportlab_cjk" in printed
    assert "PDFium: geometric mean" in printed
    assert "AES-256, password" in printed
    assert "whole process" in printed
    assert "peak memory" in printed
    assert "growth" in printed


def test_profile_by_stage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "--quick", "--profile", "--only", "predefined CMap, 1p"]) == 0
    printed = capsys.readouterr().out
    assert "inflate" in printed and "fonts" in printed


def test_a_folder_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.pdf").write_bytes(corpus_file("surat.pdf"))
    (tmp_path / "none.pdf").write_bytes(b"no PDF")
    assert main(["find", "--corpus", str(tmp_path), "--rounds", "1"]) == 0
    printed = capsys.readouterr().out
    assert "2 files, 1 compared, 1 where one gives no answer" in printed
    assert "none.pdf: esign_core: NOT_A_PDF; PDFium: " in printed


def test_a_large_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["large", "--megabytes", "2", "--rounds", "1", "--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "esign_core, in place" in printed and "pyHanko, in place" in printed and "RssAnon" in printed
    assert list(tmp_path.iterdir()) == []


def test_unknown_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guess"]) == 2
    assert "there are: sign find place verify" in capsys.readouterr().err


def test_short_form_of_the_sign_questions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", "--quick"]) == 0
    printed = capsys.readouterr().out
    for title in ("10 pages", "1 000 pages", "100 000 objects", "5 letters", "key loaded each time", "whole process"):
        assert title in printed
    assert "rustpdf" in printed or not installed("rustpdf")


def test_the_documents_that_are_signed_are_sound() -> None:
    letters = sign_documents.letters(2)
    assert letters[0] != letters[1]
    for pdf in (*letters, sign_documents.ten_pages(), sign_documents.many_objects(3)):
        assert tools.qpdf_problems(pdf) == ""
        assert "Signature is Valid" in tools.pdfsig(sign_documents.ours(pdf))
    with PdfFile(sign_documents.many_objects(3)) as file:
        assert file.next_number() == 3 * 100 + 3
