"""`esign place`, and `esign sign` at what it says: decided in one process, used in others."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pikepdf
import pytest

import esign_core as es
from esign_core.cli.app import run
from tests import tools
from tests.conftest import LINK, NOW, PASSPHRASE, authority_of, corpus_file

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ani.p12").write_bytes(authority_of("p256").pkcs12(PASSPHRASE))
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    for name in ("surat", "surat_dua", "tabel", "laporan"):
        (tmp_path / f"{name}.pdf").write_bytes(corpus_file(f"{name}.pdf"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sign(source: str, output: str, *more: str) -> int:
    key = ["--p12", "ani.p12", "--passphrase-file", "passphrase", "--time", NOW.isoformat()]
    return run(["sign", source, *key, "-o", output, *more])


def rects_of(path: Path) -> list[list[float]]:
    with pikepdf.open(io.BytesIO(path.read_bytes())) as opened:
        return [[float(side) for side in field.Rect] for field in opened.Root.AcroForm.Fields]


@pytest.mark.parametrize(
    "place",
    [
        ["--tag", "#"],
        ["--tag", "#", "--beside", "left", "--gap", "5", "--anchor", "top", "--offset", "-2,3"],
        ["--tag", "#", "--width", "50", "--height", "20", "--treatment", "cover"],
        ["--page", "last", "--corner", "bottom-right", "--width", "70", "--margin", "36"],
        ["--page", "1", "--view", "100,600,60,60"],
        ["--page", "1", "--rect", "100,100,160,160"],
    ],
)
def test_what_place_says_is_where_sign_puts_it(place: list[str], desk: Path, capsys: Captured) -> None:
    assert run(["place", "surat.pdf", *place, "--json"]) == 0
    (desk / "place.json").write_text(capsys.readouterr().out)
    assert run(["place", "surat.pdf", *place]) == 0
    told = capsys.readouterr().out
    assert sign("surat.pdf", "one.pdf", *place, "--qr", LINK) == 0
    assert sign("surat.pdf", "other.pdf", "--placement", "place.json", "--qr", LINK) == 0
    (one,), (other,) = rects_of(desk / "one.pdf"), rects_of(desk / "other.pdf")
    assert one == other
    assert ",".join(f"{side:.2f}" for side in one) in told
    assert tools.qr_texts(tools.pdfium_page((desk / "other.pdf").read_bytes(), 0, 4.0)) == [LINK]


def test_two_people_sign_at_what_find_printed_once(desk: Path, capsys: Captured) -> None:
    for tag, name in (("#", "first.json"), ("$", "second.json")):
        assert run(["find", "surat_dua.pdf", tag, "--json"]) == 0
        (desk / name).write_text(capsys.readouterr().out)
    assert sign("surat_dua.pdf", "one.pdf", "--placement", "first.json", "--treatment", "cover", "--width", "60") == 3
    assert "NO_HEIGHT" in capsys.readouterr().err
    assert sign("surat_dua.pdf", "one.pdf", "--placement", "first.json", "--qr", LINK, "--treatment", "cover") == 0
    assert sign("one.pdf", "two.pdf", "--placement", "second.json", "--qr", LINK, "--beside", "right") == 0
    assert tools.pdfsig((desk / "two.pdf").read_bytes()).count("Signature is Valid") == 2
    capsys.readouterr()
    assert sign("surat.pdf", "no.pdf", "--placement", "first.json", "--qr", LINK) == 3
    assert "OTHER_DOCUMENT" in capsys.readouterr().err
    assert not (desk / "no.pdf").exists()


def test_in_a_table_cell(desk: Path, capsys: Captured) -> None:
    assert sign("tabel.pdf", "signed.pdf", "--tag", "#", "--cell", "--padding", "3", "--qr", LINK) == 0
    ((x0, y0, x1, y1),) = rects_of(desk / "signed.pdf")
    match = es.find_tags(corpus_file("tabel.pdf"), "#")[0]
    assert x0 < match.rect.x0 and match.rect.x1 < x1 and x1 - x0 == pytest.approx(y1 - y0, abs=0.01)
    assert run(["place", "surat.pdf", "--tag", "#", "--cell"]) == 3
    assert "CELL_" in capsys.readouterr().err


def test_space_is_suggested(desk: Path, capsys: Captured) -> None:
    assert run(["place", "laporan.pdf", "--space", "120,60"]) == 0
    assert capsys.readouterr().out.startswith("page 3: 120.0 x 60.0 at ")
    assert run(["place", "laporan.pdf", "--space", "120,60", "--json"]) == 0
    best = json.loads(capsys.readouterr().out)["placements"][0]
    (desk / "best.json").write_text(json.dumps(best))
    assert sign("laporan.pdf", "signed.pdf", "--placement", "best.json", "--qr", LINK) == 0
    assert run(["place", "laporan.pdf", "--space", "5000,60"]) == 3
    assert "no empty box" in capsys.readouterr().out


def test_over_another_signature_only_when_told(desk: Path, capsys: Captured) -> None:
    box = ["--page", "1", "--view", "100,600,60,60", "--qr", LINK]
    assert sign("surat.pdf", "one.pdf", *box) == 0
    assert sign("one.pdf", "two.pdf", *box) == 3
    assert "OVERLAP" in capsys.readouterr().err
    assert sign("one.pdf", "two.pdf", *box, "--allow-overlap") == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["surat.pdf"], 2, "Give one place"),
        (["surat.pdf", "--tag", "#", "--space", "9,9"], 2, "Give one place"),
        (["surat.pdf", "--placement", "surat.pdf"], 3, "PLACEMENT_JSON"),
        (["surat.pdf", "--placement", "list.json"], 3, "PLACEMENT_JSON"),
        (["surat.pdf", "--placement", "empty.json"], 3, "TAG_NOT_FOUND"),
        (["surat.pdf", "--placement", "rect.json", "--beside", "left"], 2, "belongs to a stored match"),
        (["surat.pdf", "--page", "9", "--view", "1,1,9,9"], 3, "PAGE_OUT_OF_RANGE"),
        (["surat.pdf", "--page", "1", "--view", "1,1,900,9"], 3, "LARGER_THAN_PAGE"),
        (["surat.pdf", "--page", "1", "--view", "590,1,90,9"], 3, "OFF_PAGE"),
    ],
)
def test_what_is_no_place(arguments: list[str], code: int, told: str, desk: Path, capsys: Captured) -> None:
    (desk / "list.json").write_text("[1]")
    (desk / "empty.json").write_text('{"tag": "x", "matches": []}')
    (desk / "rect.json").write_text(json.dumps(es.at_rect(0, es.Rect(1, 2, 3, 4)).to_json()))
    assert run(["place", *arguments]) == code
    assert told in capsys.readouterr().err


def test_a_placement_from_standard_input(desk: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["place", "surat.pdf", "--tag", "#", "--json"]) == 0
    stored = capsys.readouterr().out.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stored)))
    assert sign("surat.pdf", "signed.pdf", "--placement", "-", "--qr", LINK) == 0
    assert sign("-", "signed.pdf", "--placement", "-", "--qr", LINK) == 2
    assert "only once" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["place", "-", "--placement", "-"],
        ["sign", "-", "--placement", "-", "--p12", "ani.p12", "-o", "out.pdf"],
        ["preview", "-", "--placement", "-", "-o", "out.png"],
        ["verify", "-", "-"],
    ],
)
def test_standard_input_is_read_once(arguments: list[str], desk: Path, capsys: Captured) -> None:
    assert run(arguments) == 2
    assert "only once" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("no", "PLACEMENT_JSON"),
        ("[" * 100_000, "PLACEMENT_JSON"),
        ("[]", "PLACEMENT_JSON"),
        ('{"matches": [3]}', "MATCH_JSON"),
        ('{"found": [3]}', "PLACEMENT_JSON"),
        ('{"matches": []}', "TAG_NOT_FOUND"),
    ],
)
def test_what_is_no_stored_place_is_an_input_error(stored: str, code: str, desk: Path, capsys: Captured) -> None:
    (desk / "place.json").write_text(stored)
    assert run(["place", "surat.pdf", "--placement", "place.json", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_what_find_printed_of_several_tags(desk: Path, capsys: Captured) -> None:
    assert run(["find", "surat_dua.pdf", "#", "$", "--json"]) == 0
    (desk / "found.json").write_text(capsys.readouterr().out)
    assert run(["place", "surat_dua.pdf", "--placement", "found.json", "--occurrence", "last", "--json"]) == 0
    placement = es.Placement.from_json(json.loads(capsys.readouterr().out))
    assert placement == es.at_tag(es.find_tags(corpus_file("surat_dua.pdf"), "$"), width=80, occurrence="last")
    assert run(["place", "surat_dua.pdf", "--placement", "found.json"]) == 3
    assert "choose one with --occurrence" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--page", "1", "--view", "590,20,50,60"], "OFF_PAGE"),
        (["--page", "9", "--view", "10,20,50,60"], "PAGE_OUT_OF_RANGE"),
        (["--page", "1", "--corner", "top", "--width", "900"], "LARGER_THAN_PAGE"),
        (["--page", "1", "--view", "30,30,50,60"], "OVERLAP"),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_place_that_cannot_be_signed_at_is_not_handed_out(
    options: list[str], code: str, form: list[str], desk: Path, capsys: Captured
) -> None:
    assert sign("surat.pdf", "signed.pdf", "--page", "1", "--view", "20,20,40,40", "--qr", LINK) == 0
    capsys.readouterr()
    assert run(["place", "signed.pdf", *options, *form]) == 3
    assert code in "".join(capsys.readouterr())
