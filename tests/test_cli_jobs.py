"""The jobs of the command line from end to end: find, sign, verify, and every exit code on the way."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import zxingcpp
from PIL import Image

import esign_core as es
from demo.ca import make_crl
from esign_core.cli.app import run
from tests.conftest import CORPUS, LINK, NOW, PASSPHRASE, authority_of, corpus_file

SCHEMA = json.loads((Path(es.__file__).parent / "verifying" / "report.schema.json").read_text())
LETTER = CORPUS / "files" / "surat.pdf"
TIME = NOW.isoformat()
MODULE = [sys.executable, "-c", "from esign_core.cli import main; main()"]

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what a person has: key, passphrase, root, revocation lists, and a letter to sign."""
    authority = authority_of("rsa")
    root_crl, intermediate_crl = authority.crls()
    for name, data in {
        "ani.p12": authority.pkcs12(PASSPHRASE),
        "passphrase": PASSPHRASE.encode() + b"\n",
        "root.pem": authority.root.pem,
        "root.crl": root_crl,
        "intermediate.crl": intermediate_crl,
        "letter.pdf": LETTER.read_bytes(),
    }.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ESIGN_PASSPHRASE", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(es.__file__).parent.parent))  # for the processes started here
    return tmp_path


def sign(*more: str, source: str = "letter.pdf", output: str = "signed.pdf") -> int:
    key = ["--p12", "ani.p12", "--passphrase-file", "passphrase"]
    return run(["sign", source, *key, "--time", TIME, "-o", output, *more])


def verify(*more: str, source: str = "signed.pdf", crls: tuple[str, ...] = ("root.crl", "intermediate.crl")) -> int:
    evidence = [word for name in crls for word in ("--crl", name)]
    return run(["verify", source, "--trust", "root.pem", *evidence, "--time", TIME, *more])


# ---- find ------------------------------------------------------------------------------------------------------------


def test_find_lists_what_is_printed(desk: Path, capsys: Captured) -> None:
    assert run(["find", "letter.pdf", "#"]) == 0
    told = capsys.readouterr().out
    (match,) = es.find_tags(corpus_file("surat.pdf"), "#")
    assert told.splitlines()[0].split() == ["No.", "Page", "Left", "Top", "Font", "size", "Text", "Box"]
    row = told.splitlines()[2].split()
    seen, box = match.view_rect, match.rect
    assert row[:6] == ["1", "1", f"{seen.x:.1f}", f"{seen.y:.1f}", f"{match.font_size:.1f}", "#"]
    assert row[6] == f"{box.x0:.1f},{box.y0:.1f},{box.x1:.1f},{box.y1:.1f}"
    assert told.endswith("1 match, pages searched: 1\n")
    assert max(map(len, told.splitlines())) <= 80
    assert "\x1b" not in told


def test_find_as_json_says_the_same_as_the_library(desk: Path, capsys: Captured) -> None:
    assert run(["find", "letter.pdf", "#", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = es.find_tags(corpus_file("surat.pdf"), "#")
    assert (told["tag"], told["document_sha256"], told["pages_searched"]) == ("#", found.document_sha256, 1)
    assert [es.TagMatch.from_json(match) for match in told["matches"]] == list(found)


def test_a_tag_that_is_not_there_exits_with_3(desk: Path, capsys: Captured) -> None:
    assert run(["find", "letter.pdf", "$$$"]) == 3
    out, err = capsys.readouterr()
    assert (out, err.startswith("esign: TAG_NOT_FOUND: '$$$' is not printed")) == ("", True)
    assert run(["find", "letter.pdf", "$$$", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["matches"] == []


def test_pages_count_from_1(desk: Path, capsys: Captured) -> None:
    (desk / "tugas.pdf").write_bytes(corpus_file("surat_tugas.pdf"))
    page_index = es.find_tags(corpus_file("surat_tugas.pdf"), "#")[0].page_index
    other = 2 - page_index
    assert run(["find", "tugas.pdf", "#", "--page", str(page_index + 1)]) == 0
    assert run(["find", "tugas.pdf", "#", "--page", str(other)]) == 3
    assert run(["find", "tugas.pdf", "#", "--page", "1", "--page", "2", "--json"]) == 0
    assert run(["find", "tugas.pdf", "#", "--page", "3"]) == 3
    assert "esign: PAGE_OUT_OF_RANGE: " in capsys.readouterr().err


# ---- sign ------------------------------------------------------------------------------------------------------------


def test_a_letter_is_signed_at_its_tag_and_verified(desk: Path, capsys: Captured) -> None:
    assert sign("--tag", "#", "--qr", LINK, "--reason", "Undangan", "--location", "Tirta Mulya") == 0
    told = capsys.readouterr().out
    signed = (desk / "signed.pdf").read_bytes()
    assert signed.startswith((desk / "letter.pdf").read_bytes())
    assert told.startswith("Signed signed.pdf (PAdES-B-B, on page 1, field ")

    assert run(["preview", "signed.pdf", "-o", "page.png"]) == 0
    picture = Image.open(desk / "page.png")
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == LINK
    seen = es.find_tags(corpus_file("surat.pdf"), "#")[0].view_rect
    corners = (code.position.top_left, code.position.bottom_right)
    middle = [sum(getattr(corner, axis) for corner in corners) / 2 / 2 for axis in ("x", "y")]  # two pixels a point
    assert middle == pytest.approx(seen.center, abs=1)

    assert verify() == 0
    told = capsys.readouterr().out
    assert told.startswith("TOTAL-PASSED: Valid; trusted certificate\n")
    assert "Undangan" in told and "Tirta Mulya" in told
    assert max(map(len, told.splitlines())) <= 80
    assert verify("--lang", "id") == 0
    assert capsys.readouterr().out.startswith("TOTAL-PASSED: Dokumen valid")


def test_without_a_place_it_is_invisible(desk: Path, capsys: Captured) -> None:
    assert sign("--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["output"], told["facts"]["rect"], told["facts"]["page_index"]) == ("signed.pdf", None, None)
    assert (
        told["facts"]["sha256_after"]
        == es.verify((desk / "signed.pdf").read_bytes(), trust=es.Trust([]), validation_time=NOW).as_dict()["document"][
            "sha256"
        ]
    )  # type: ignore[index]
    assert verify() == 0


def test_a_box_is_used_as_given(desk: Path, capsys: Captured) -> None:
    assert sign("--page", "1", "--rect", "100,200.5,180,280", "--qr", LINK, "--json") == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert (facts["page_index"], facts["rect"]) == (0, {"x0": 100, "y0": 200.5, "x1": 180, "y1": 280})


def test_the_size_at_a_tag(desk: Path, capsys: Captured) -> None:
    assert sign("--tag", "#", "--qr", LINK, "--json") == 0
    rect = json.loads(capsys.readouterr().out)["facts"]["rect"]
    assert (rect["x1"] - rect["x0"], rect["y1"] - rect["y0"]) == pytest.approx((80, 80))
    assert sign("--tag", "#", "--width", "90", "--height", "60", "--qr", LINK, "--json") == 0
    rect = json.loads(capsys.readouterr().out)["facts"]["rect"]
    assert (rect["x1"] - rect["x0"], rect["y1"] - rect["y0"]) == pytest.approx((90, 60))


def test_one_of_several_is_chosen_by_number_from_1(desk: Path, capsys: Captured) -> None:
    found = es.find_tags(corpus_file("surat.pdf"), "kami")
    assert len(found) > 2
    assert sign("--tag", "kami", "--qr", LINK) == 3
    err = capsys.readouterr().err
    assert err.startswith(f"esign: TAG_AMBIGUOUS: 'kami' is printed {len(found)} times (page 1): choose one with ")
    assert f"--occurrence 1 to {len(found)}" in err
    assert sign("--tag", "kami", "--qr", LINK, "--occurrence", "2", "--json") == 0
    rect = json.loads(capsys.readouterr().out)["facts"]["rect"]
    assert (rect["x0"] + rect["x1"]) / 2 == pytest.approx((found[1].rect.x0 + found[1].rect.x1) / 2)
    assert sign("--tag", "kami", "--qr", LINK, "--occurrence", str(len(found) + 1)) == 3
    assert f"there is no --occurrence {len(found) + 1}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "exit_code", "code"),
    [
        (["--tag", "$$$", "--qr", "x"], 3, "TAG_NOT_FOUND"),
        (["--page", "2", "--rect", "1,2,3,4", "--qr", "x"], 3, "PAGE_OUT_OF_RANGE"),
        (["--page", "1", "--rect", "590,2,640,52", "--qr", "x"], 3, "OFF_PAGE"),
        (["--tag", "#"], 3, "NO_HEIGHT"),
        (["--tag", "#", "--qr", ""], 3, "QR_EMPTY"),
        (["--tag", "#", "--qr", "x" * 2000], 3, "QR_TOO_LONG"),
        (["--p12", "none.p12"], 3, "FILE_NOT_READ"),
        (["--p12", "letter.pdf"], 3, "PKCS12_MALFORMED"),
        (["--passphrase-file", "root.pem"], 4, "PASSPHRASE_WRONG"),
        (["--passphrase-file", "root.crl"], 3, "FILE_NOT_READ"),
        (["--time", "2040-01-01T00:00:00Z"], 4, "CERTIFICATE_EXPIRED"),
        (["-o", "none/signed.pdf"], 3, "FILE_NOT_WRITTEN"),
    ],
)
def test_what_cannot_be_signed_leaves_the_old_output(
    options: list[str], exit_code: int, code: str, desk: Path, capsys: Captured
) -> None:
    (desk / "signed.pdf").write_bytes(b"old")
    before = sorted(desk.iterdir())
    assert sign(*options) == exit_code
    out, err = capsys.readouterr()
    assert (out, err.startswith(f"esign: {code}: "), err.count("\n")) == ("", True, 1)
    assert (sorted(desk.iterdir()), (desk / "signed.pdf").read_bytes()) == (before, b"old")
    assert sign(*options, "--json") == exit_code
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


@pytest.mark.parametrize("data", [b"", b"no PDF", corpus_file("surat.pdf")[:20_000]])
def test_what_is_no_pdf_is_refused(data: bytes, desk: Path, capsys: Captured) -> None:
    (desk / "letter.pdf").write_bytes(data)
    assert sign() == 3
    assert run(["find", "letter.pdf", "#"]) == 3
    assert not (desk / "signed.pdf").exists()
    assert capsys.readouterr().err.count("\n") == 2


def test_standard_input_and_output(desk: Path) -> None:
    key = ["--p12", "ani.p12", "--time", TIME]
    environment = os.environ | {"ESIGN_PASSPHRASE": PASSPHRASE}
    given = corpus_file("surat.pdf")
    piped = subprocess.run(
        [*MODULE, "sign", "-", *key, "-o", "-"], input=given, capture_output=True, check=True, env=environment
    )
    assert (piped.stdout.startswith(given), piped.stderr) == (True, b"")
    assert sign() == 0
    assert piped.stdout == (desk / "signed.pdf").read_bytes()
    judged = subprocess.run(
        [*MODULE, "verify", "-", "--trust", "root.pem", "--json", "--time", TIME],
        input=piped.stdout,
        capture_output=True,
    )
    assert (judged.returncode, json.loads(judged.stdout)["document"]["name"]) == (11, None)


def test_a_letter_is_signed_in_place_and_a_crash_is_undone(desk: Path, capsys: Captured) -> None:
    given = (desk / "letter.pdf").read_bytes()
    assert sign("--tag", "#", "--qr", LINK) == 0
    signed = (desk / "signed.pdf").read_bytes()
    key = ["--p12", "ani.p12", "--passphrase-file", "passphrase", "--time", TIME]
    assert run(["sign", "letter.pdf", *key, "--tag", "#", "--qr", LINK, "--in-place"]) == 0
    assert (desk / "letter.pdf").read_bytes() == signed
    assert "Signed letter.pdf (PAdES-B-B, on page 1" in capsys.readouterr().out
    assert run(["recover", "letter.pdf"]) == 0
    assert "Nothing to cut" in capsys.readouterr().out
    (desk / "letter.pdf").write_bytes(signed[:-7])
    assert run(["recover", "letter.pdf"]) == 0
    assert f"Cut {len(signed) - 7 - len(given)} bytes" in capsys.readouterr().out
    assert run(["recover", "letter.pdf", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": "letter.pdf", "removed": 0}
    assert (desk / "letter.pdf").read_bytes() == given
    assert run(["recover", "none.pdf"]) == 3


@pytest.mark.parametrize(("source", "output"), [("letter.pdf", "-"), ("-", "signed.pdf")])
def test_a_file_on_one_side_and_a_stream_on_the_other(desk: Path, source: str, output: str) -> None:
    command = [*MODULE, "sign", source, "--p12", "ani.p12", "--passphrase-file", "passphrase", "-o", output]
    given = (desk / "letter.pdf").read_bytes()
    ended = subprocess.run([*command, "--time", TIME], input=given, capture_output=True, check=True)
    signed = ended.stdout if output == "-" else (desk / "signed.pdf").read_bytes()
    assert sign() == 0
    assert signed == (desk / "signed.pdf").read_bytes()


def test_without_a_terminal_nobody_is_asked(desk: Path) -> None:
    ended = subprocess.run(
        [*MODULE, "sign", "letter.pdf", "--p12", "ani.p12", "-o", "signed.pdf"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    assert ended.returncode == 4
    assert ended.stderr.startswith("esign: PASSPHRASE_MISSING: ani.p12 needs a passphrase")


def test_a_person_is_asked_and_what_is_typed_is_not_shown(desk: Path) -> None:
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - another program from here
        os.execv(sys.executable, [*MODULE, "sign", "letter.pdf", "--p12", "ani.p12", "-o", "signed.pdf"])
    shown = b""
    while not shown.endswith(b"Passphrase of ani.p12: "):
        shown += os.read(terminal, 1024)
    os.write(terminal, PASSPHRASE.encode() + b"\n")
    with contextlib.suppress(OSError):  # how a terminal says that the other side is gone
        while more := os.read(terminal, 1024):
            shown += more
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert PASSPHRASE.encode() not in shown
    assert (desk / "signed.pdf").exists()


# ---- verify ----------------------------------------------------------------------------------------------------------


def test_json_is_the_report_of_the_schema(desk: Path, capsys: Captured) -> None:
    assert sign("--tag", "#", "--qr", LINK) == 0
    capsys.readouterr()
    assert verify("--json") == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, SCHEMA)
    assert (told["conclusion"]["indication"], told["document"]["name"]) == ("TOTAL-PASSED", "signed.pdf")


def test_every_conclusion_has_its_exit_code_and_the_highest_counts(desk: Path, capsys: Captured) -> None:
    assert sign() == 0
    signed = (desk / "signed.pdf").read_bytes()
    at = signed.index(b"%%EOF")
    (desk / "changed.pdf").write_bytes(signed[:at] + b"%%EOE" + signed[at + 5 :])
    (desk / "text.pdf").write_bytes(b"no PDF")
    assert verify() == 0
    assert verify(source="changed.pdf") == 10
    assert verify(crls=("root.crl",)) == 11
    assert verify(source="letter.pdf") == 12
    assert verify(source="text.pdf") == 13
    assert verify(source="none.pdf") == 3
    assert verify("--revocation", "not-checked", crls=()) == 0
    assert run(["verify", "signed.pdf", "--time", TIME]) == 11
    capsys.readouterr()

    assert verify("changed.pdf", "letter.pdf", "none.pdf", "--json") == 12
    told = json.loads(capsys.readouterr().out)
    assert [item.get("conclusion", {}).get("indication") for item in told[:3]] == [
        "TOTAL-PASSED",
        "TOTAL-FAILED",
        "NO-SIGNATURE",
    ]
    assert told[3]["error"]["code"] == "FILE_NOT_READ"
    assert verify("letter.pdf") == 12
    out = capsys.readouterr().out
    assert out.startswith("== signed.pdf\nTOTAL-PASSED") and "\n== letter.pdf\nNO-SIGNATURE" in out


def test_a_revoked_certificate_does_not_pass(desk: Path, capsys: Captured) -> None:
    authority = authority_of("rsa")
    serial = authority.signer.certificate.serial_number
    (desk / "revoked.crl").write_bytes(
        make_crl(
            authority.intermediate,
            this_update=NOW - timedelta(hours=1),
            next_update=NOW + timedelta(days=1),
            revoked=[(serial, NOW - timedelta(days=1), None)],
        )
    )
    assert sign() == 0
    assert verify(crls=("root.crl", "revoked.crl")) == 11
    assert "REVOKED" in capsys.readouterr().out


@pytest.mark.parametrize("data", [b"", b"text", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_root_that_is_none_is_named(data: bytes, desk: Path, capsys: Captured) -> None:
    (desk / "root.pem").write_bytes(data)
    assert verify(source="letter.pdf") == 3
    assert ": root.pem: " in capsys.readouterr().err


def test_missing_certificates_are_taken_from_files(desk: Path, capsys: Captured) -> None:
    (desk / "intermediate.pem").write_bytes(authority_of("rsa").intermediate.pem)
    assert sign() == 0
    assert verify("--cert", "intermediate.pem") == 0


def test_the_terminal_gets_colours(desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    verify(source="letter.pdf")
    assert "\x1b[1;33mNO-SIGNATURE" in capsys.readouterr().out
