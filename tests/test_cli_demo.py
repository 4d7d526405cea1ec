"""The demo: what it writes is what it says, and the command it prints verifies it again."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

import demo.__main__ as demo
from esign_core.cli.app import run


@pytest.mark.parametrize(("language", "verdict"), [("en", "Valid;"), ("id", "Dokumen valid,")])
def test_the_letter_is_signed_and_passes(
    language: str, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "OUTPUT", tmp_path / "out")
    monkeypatch.setattr(sys, "argv", ["demo", "--lang", language])
    monkeypatch.chdir(tmp_path)
    assert demo.main() == 0
    told = capsys.readouterr().out
    assert f"\nTOTAL-PASSED: {verdict}" in told
    assert told.endswith("verified: TOTAL-PASSED; open out/page.png\n")
    assert json.loads((tmp_path / "out" / "report.json").read_text())["conclusion"]["indication"] == "TOTAL-PASSED"
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(tmp_path / "out" / "page.png"))] == [demo.LINK]

    _, _, after = told.partition("esign verify ")
    command, _, _ = after.partition("\n\n")
    assert run(["verify", *shlex.split(command.replace("\\\n", " "))]) == 0


def test_it_fails_when_the_signature_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "OUTPUT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["demo"])
    monkeypatch.setattr(demo.Authority, "crls", lambda _: [b"", b""])
    assert demo.main() == 1
    assert "INDETERMINATE" in capsys.readouterr().out.splitlines()[-1]
