"""Encrypted documents at the public doors: found in, verified; how they are signed is in test_sign_encrypted."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import SimpleSigner, signers
from pyhanko.sign.fields import SigSeedSubFilter

from esign_core.cli.app import run
from tests.conftest import NOW, PASSPHRASE, authority_of, corpus_file, judge

SECRET = "rahasia"


@cache
def locked() -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(corpus_file("surat.pdf"))) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(user=SECRET, owner="pemilik"))
    return output.getvalue()


@cache
def locked_and_signed() -> bytes:
    """Signed by pyHanko: the strings of the signature dictionary are encrypted, /Contents is not."""
    key = SimpleSigner.load_pkcs12_data(authority_of("rsa").pkcs12(PASSPHRASE), [], PASSPHRASE.encode())
    writer = IncrementalPdfFileWriter(io.BytesIO(locked()))
    writer.encrypt(SECRET)
    told = signers.PdfSignatureMetadata(
        field_name="Ani", reason="Setuju", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    return bytes(signers.sign_pdf(writer, told, signer=key).getvalue())


def test_an_encrypted_signed_document_is_verified() -> None:
    report = judge(locked_and_signed(), authority_of("rsa"), password=SECRET)
    (signature,) = report.signatures
    assert (signature.field, signature.reason) == ("Ani", "Setuju")
    assert report.document.encrypted
    assert report.conclusion.passed, report.text()


def test_a_changed_byte_of_an_encrypted_document_is_seen() -> None:
    changed = bytearray(locked_and_signed())
    changed[changed.index(b"endobj")] ^= 1  # a byte that the digest covers
    assert not judge(bytes(changed), authority_of("rsa"), password=SECRET).conclusion.passed


@pytest.mark.parametrize("password", [None, "", "salah"])
def test_without_its_password_it_is_unreadable(password: str | None) -> None:
    conclusion = judge(locked_and_signed(), authority_of("rsa"), password=password).conclusion
    assert (conclusion.indication, conclusion.code) == ("UNREADABLE", "PASSWORD")
    assert "salah" not in str(judge(locked_and_signed(), authority_of("rsa"), password=password).as_dict()).replace(
        "kata sandinya tidak ada atau salah", ""
    )


# ---- the command line


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, data in {
        "locked.pdf": locked(),
        "signed.pdf": locked_and_signed(),
        "root.pem": authority_of("rsa").root.pem,
        "right": SECRET.encode() + b"\r\n",
        "wrong": b"salah",
        "ani.p12": authority_of("rsa").pkcs12(PASSPHRASE),
        "passphrase": PASSPHRASE.encode(),
        "noise": b"\xff\xfe",
    }.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ESIGN_PDF_PASSWORD", raising=False)
    monkeypatch.setattr("esign_core.cli.passphrase._has_terminal", lambda: False)
    return tmp_path


SIGN = [
    "sign",
    "locked.pdf",
    "--p12",
    "ani.p12",
    "--passphrase-file",
    "passphrase",
    "-o",
    "out.pdf",
    "--tag",
    "#",
    "--qr",
    "x",
]
VERIFY = ["verify", "signed.pdf", "--trust", "root.pem", "--revocation", "not-checked", "--time", NOW.isoformat()]
PREVIEW = ["preview", "locked.pdf", "-o", "page.png"]


@pytest.mark.parametrize(
    ("command", "with_it", "without"),
    [(["find", "locked.pdf", "#"], 0, 3), ([*SIGN, "--qr", "x"], 0, 3), (VERIFY, 0, 13), (PREVIEW, 0, 3)],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_every_command_takes_the_password(
    command: list[str],
    with_it: int,
    without: int,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([*command, "--password-file", "right"]) == with_it
    assert run([*command, "--password-file", "wrong"]) == without
    assert run(command) == without
    assert run([*command, "--password-file", "noise"]) == 3
    monkeypatch.setenv("ESIGN_PDF_PASSWORD", SECRET)
    assert run(command) == with_it


def test_a_person_is_asked_once_and_only_when_needed(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("esign_core.cli.passphrase._has_terminal", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or SECRET)
    (desk / "open.pdf").write_bytes(corpus_file("surat.pdf"))
    (desk / "broken.pdf").write_bytes(b"no PDF")
    assert run(["find", "locked.pdf", "#"]) == 0
    assert asked == ["Password of locked.pdf: "]
    assert run(["find", "open.pdf", "#"]) == 0
    assert run(["find", "broken.pdf", "#"]) == 3
    assert len(asked) == 1
    assert SECRET not in capsys.readouterr().out
