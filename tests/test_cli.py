"""The command line as scripts and people meet it: usage, errors, exit codes, and text from strangers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import esign_core.errors as errors
from esign_core.cli.app import run
from esign_core.cli.failure import exit_code
from esign_core.cli.terminal import harmless, one_line, print_lines

LETTER = Path(__file__).parent.parent / "corpus" / "files" / "surat.pdf"
MODULE = [sys.executable, "-c", "from esign_core.cli import main; main()"]


@pytest.mark.parametrize(
    "command", [[], ["inspect"], ["find"], ["place"], ["sign"], ["recover"], ["verify"], ["preview"]]
)
def test_every_command_explains_itself_in_80_columns(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    told = capsys.readouterr().out
    assert "Usage: esign" in told
    assert max(map(len, told.splitlines())) <= 80


def test_without_arguments_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "Commands:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["bogus"], "No such command 'bogus'"),
        (["find", "a.pdf"], "Missing argument 'TAG...'"),
        (["find", "a.pdf", "#", "--page", "0"], "'--page'"),
        (["sign", "a.pdf", "-o", "b.pdf"], "Missing option '--p12'"),
        (["sign", "a.pdf", "--p12", "ani.p12"], "Say once where the signature goes"),
        (["sign", "-", "--p12", "ani.p12", "--in-place"], "Standard input cannot be signed --in-place"),
        (["sign", str(LETTER), "--p12", str(LETTER), "--in-place"], "surat.pdf is read by this command"),
        (["verify", "a.pdf", "--time", "2026-03-12T09:00:00"], "has no zone"),
        (["verify", "a.pdf", "--time", "yesterday"], "is not ISO 8601"),
        (["verify", "a.pdf", "--lang", "nl"], "'nl'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("esign: USAGE: ") and told in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--tag", "#", "--page", "1", "--rect", "1,2,3,4"], "two places"),
        (["--rect", "1,2,3,4"], "--rect needs --page"),
        (["--page", "1"], "--page belongs to --tag or --rect"),
        (["--qr", "x"], "--qr needs a place"),
        (["--width", "0"], "belongs to --tag"),
        (["--page", "1", "--rect", "1,2,3"], "is not four numbers"),
        (["--page", "1", "--rect", "3,2,1,4"], "lower left, then upper right"),
        (["--tag", "#", "--occurrence", "0"], "'0' is neither only, first, last nor a number from 1"),
        (["--beside", "left"], "--beside belongs to --tag"),
        (["--corner", "top"], "--corner needs --page"),
        (["--tag", "#", "--margin", "3"], "--margin belongs to --corner"),
        (["--tag", "#", "--padding", "3"], "--padding belongs to --cell"),
        (["--tag", "#", "--cell", "--width", "3"], "--width does not apply"),
        (["--page", "1", "--view", "1,2,3"], "is not 4 numbers"),
        (["--page", "1", "--view", "1,2,0,3"], "has no area"),
        (["--page", "0", "--view", "1,2,3,3"], "neither a page number from 1 nor last"),
        (["--tag", "#", "--offset", "1"], "is not 2 numbers RIGHT,DOWN"),
        (["--json", "-o", "-"], "both write to standard output"),
        (["-o", str(LETTER)], "is read by this command"),
        (["--in-place"], "Say once where the signature goes"),
    ],
)
def test_options_of_sign_that_do_not_go_together(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.pdf"
    assert run(["sign", str(LETTER), "--p12", "none.p12", "-o", str(output), *options]) == 2
    assert told in "".join(capsys.readouterr())
    assert not output.exists()


def test_errors_are_json_where_json_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["find", "none.pdf", "#", "--json"]) == 3
    out, err = capsys.readouterr()
    assert (json.loads(out)["error"]["code"], err) == ("FILE_NOT_READ", "")
    assert run(["find", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "USAGE"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.EsignError("x"), 1),
        (errors.MissingExtra("x"), 2),
        (errors.InputError("x"), 3),
        (errors.PdfError("x"), 3),
        (errors.TagNotFound("x"), 3),
        (errors.AppearanceError("x"), 3),
        (errors.LimitExceeded("x", limit="depth", allowed=1, found=2), 3),
        (errors.DocumentLocked("x", field="s"), 3),
        (errors.SignerError("x"), 4),
        (errors.CredentialRejected("x"), 4),
        (errors.CertificateUnfit("x"), 4),
        (errors.TransportError("x"), 5),
        (errors.TimestampError("x"), 5),
        (errors.SpaceExceeded("x", needed=2, reserved=1), 5),
    ],
)
def test_every_kind_of_error_has_its_exit_code(error: errors.EsignError, code: int) -> None:
    assert exit_code(error) == code


def test_what_nobody_foresaw_is_a_line_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("esign_core.preview.render_page", fail)
    assert run(["preview", str(LETTER), "-o", "-"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "esign: INTERNAL: unforeseen ZeroDivisionError (by zero): please report it\n")


def test_an_interruption_exits_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("esign_core.preview.render_page", interrupt)
    assert run(["preview", str(LETTER), "-o", "-"]) == 1
    assert capsys.readouterr().err.strip() == "esign: ABORTED: stopped"


def test_a_page_is_drawn_into_a_file_and_to_standard_output(tmp_path: Path) -> None:
    target = tmp_path / "page.png"
    assert run(["preview", str(LETTER), "--scale", "0.2", "-o", str(target)]) == 0
    piped = subprocess.run(
        [*MODULE, "preview", "-", "--scale", "0.2", "-o", "-"],
        input=LETTER.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert target.read_bytes() == piped.stdout
    assert piped.stdout.startswith(b"\x89PNG")
    assert run(["preview", str(LETTER), "--page", "2", "-o", str(tmp_path / "none.png")]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["page.png"]


@pytest.mark.parametrize("arguments", [["preview", str(LETTER), "-o", "-"], ["--help"]])
def test_whoever_closes_the_pipe_early_gets_no_traceback(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run([*MODULE, *arguments], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


def test_without_click_or_rich_the_pip_line_is_told() -> None:
    for missing in ("click", "rich"):
        code = f"import sys; sys.modules[{missing!r}] = None; from esign_core.cli import main; main()"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert ended.returncode == 2
        assert ended.stderr.startswith("esign: MISSING_EXTRA: ") and "pip install 'esign-core[cli]'" in ended.stderr
        assert ended.stderr.count("\n") == 1


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom esign_core.cli.app import run\nrun(['sign', '--help'])\n"
        "heavy = {'cryptography', 'asn1crypto', 'PIL', 'pypdfium2', 'qrcode', 'rich.console'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_text_from_strangers_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert harmless("a\x1b[2Jb\u202ec\nd\u200be") == "a\\x1b[2Jb\\u202ec\nd\\u200be"
    assert harmless("é Ω 漢 \ud800") == "é Ω 漢 \\ud800"
    assert one_line("one\ntwo\rthree") == "one two\\rthree"
    print_lines("[bold]\x1b[31m:smile:")
    assert capsys.readouterr().out == "[bold]\\x1b[31m:smile:\n"
