"""The benchmarks can be run: their short form, in which every engine that is installed answers every question once."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import main


def test_short_form_of_the_find_questions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "--quick"]) == 0
    printed = capsys.readouterr().out
    assert "find: one # on the letter" in printed
    assert "reportlab_cjk" in printed
    assert "PDFium: geometric mean" in printed
    assert "AES-256, password" in printed


def test_unknown_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guess"]) == 2
    assert "there are: sign find verify" in capsys.readouterr().err
