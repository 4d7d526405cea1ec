"""What the README shows is what happens: its code runs, its command runs, its picture is a signed page."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

import esign_core as es
from esign_core.cli.app import run
from esign_core.net import http_timestamper
from tests import tools, tsa_peers
from tests.conftest import NOW, authority_of, corpus_file

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def with_a_field(name: str) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(corpus_file("surat.pdf")))
    append_signature_field(writer, SigFieldSpec(name, box=(100, 100, 200, 160)))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_its_python_runs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    openssl_tsa: tsa_peers.Served,
) -> None:
    authority = authority_of("p256")
    namespace: dict[str, object] = {
        "p12_bytes": authority.pkcs12("..."),
        "pdf": corpus_file("surat.pdf"),
        "now": NOW,
        "root": authority.root.der,
        "crls": authority.crls(),
    }
    ten_lines, find, place, sign, files, two_steps = blocks("python")
    assert len(ten_lines.strip().splitlines()) == 10
    exec(ten_lines, namespace)
    report = namespace["report"]
    assert isinstance(report, es.Report) and report.conclusion.passed
    exec(find, namespace | {"pdf": corpus_file("surat.pdf")})
    assert "TAG_" not in capsys.readouterr().out
    exec(place, namespace)
    assert namespace["stored"] == namespace["beside"]
    monkeypatch.setattr("esign_core.net.http_timestamper", lambda url: http_timestamper(openssl_tsa.url))
    exec(sign, namespace | {"form": with_a_field("Approval")})
    assert capsys.readouterr().out == "None\n"
    (tmp_path / "contract.pdf").write_bytes(corpus_file("surat.pdf"))
    monkeypatch.chdir(tmp_path)
    exec(files, namespace)
    assert "Signature is Valid" in tools.pdfsig((tmp_path / "contract.pdf").read_bytes())
    exec(two_steps, namespace)
    signed = namespace["signed_pdf"]
    assert isinstance(signed, bytes) and "Signature is Valid" in tools.pdfsig(signed)


def test_its_command_runs(tmp_path: Path) -> None:
    (line,) = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("esign sign")]
    (tmp_path / "surat.pdf").write_bytes(corpus_file("surat.pdf"))
    (tmp_path / "ani.p12").write_bytes(authority_of("p256").pkcs12("rahasia"))
    words = shlex.split(line)
    command = [str(Path(sys.executable).with_name(words[0])), *words[1:], "--time", NOW.isoformat()]
    environment = os.environ | {"ESIGN_PASSPHRASE": "rahasia"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    signed = (tmp_path / "surat.signed.pdf").read_bytes()
    assert "Signature is Valid" in tools.pdfsig(signed)
    assert tools.qr_texts(tools.pdfium_page(signed)) == ["https://verify.example/42"]


def test_its_help_is_what_the_command_says(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["find", "--help"]) == 0
    assert capsys.readouterr().out in blocks("text")


def test_its_picture_is_a_signed_page() -> None:
    picture = re.search(r"!\[.*?\]\((.*?)\)", README)
    assert picture is not None
    page = Image.open(ROOT / picture[1]).convert("RGB")
    assert tools.qr_texts(tools.pixels(page)) == ["https://verify.example/42"]


def test_what_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
