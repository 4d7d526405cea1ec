"""`esign find`: every option reaches the library, and what it answers reaches the terminal and the script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import esign_core as es
from esign_core.cli import find as find_module
from esign_core.cli.app import run
from tests.content_pages import HELVETICA, one_page, text_at

SCHEMA = json.loads((Path(find_module.__file__).parent / "found.schema.json").read_text())
FIND = es.find_tags  # before any test replaces what the name leads to
Captured = pytest.CaptureFixture[str]

TEXT = (
    text_at(50, 250, "#ttd1 #ttd22 TTD att")
    + "3 Tr "
    + text_at(50, 200, "#ttd1")
    + "0 Tr "
    + text_at(290, -50, "#ttd1")
)


@pytest.fixture
def letter(tmp_path: Path) -> str:
    path = tmp_path / "letter.pdf"
    path.write_bytes(one_page(TEXT))
    return str(path)


def told(capsys: Captured, *arguments: str, code: int = 0) -> dict[str, Any]:
    """What the command prints as JSON, which the schema allows."""
    assert run(["find", *arguments, "--json"]) == code
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(answer, SCHEMA)
    return answer


def texts(answer: dict[str, Any]) -> list[str]:
    return [match["text"] for match in answer["matches"]]


# ---- what is asked


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        ([], {}),
        (["--ignore-case"], {"case_sensitive": False}),
        (["--whole-word"], {"whole_word": True}),
        (["--forms", "nfkc"], {"forms": "nfkc"}),
        (["--hidden"], {"hidden": True}),
        (["--outside"], {"outside_crop": True}),
        (["--layers-off"], {"layers_off": True}),
        (["--actual-text"], {"actual_text": True}),
        (["--guessed"], {"guessed": True}),
        (["--no-annotations"], {"annotations": False}),
    ],
)
@pytest.mark.parametrize("tags", [["#"], ["#", "ttd"], ["--regex", "#"]])
def test_every_option_reaches_the_library(
    flags: list[str], options: dict[str, Any], tags: list[str], letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[es.TagOptions] = []

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **more: Any) -> Any:
            asked.append(more["options"])
            return function(*given, **more)

        return noted

    for name in ("find_tags", "find_all"):
        monkeypatch.setattr(es, name, noting(getattr(es, name)))
    assert run(["find", letter, *tags, *flags]) in (0, 3)
    assert asked == [es.TagOptions(**options)]


def test_there_is_an_option_for_every_field() -> None:
    names = {parameter.name for parameter in find_module.find.params}
    fields = set(es.TagOptions.__dataclass_fields__)
    renamed = {"case_sensitive": "ignore_case", "outside_crop": "outside", "annotations": "no_annotations"}
    assert {renamed.get(field, field) for field in fields} <= names


def test_options_do_what_they_say(letter: str, capsys: Captured) -> None:
    assert texts(told(capsys, letter, "#ttd1")) == ["#ttd1"]
    assert texts(told(capsys, letter, "#ttd1", "--hidden", "--outside")) == ["#ttd1"] * 3
    assert texts(told(capsys, letter, "ttd", "--ignore-case", "--whole-word")) == ["TTD"]
    assert texts(told(capsys, letter, "ＴＴＤ", "--forms", "nfkc")) == ["TTD"]
    assert texts(told(capsys, letter, "--regex", r"#ttd\d+")) == ["#ttd1", "#ttd22"]
    near = told(capsys, letter, "＃TTD1", code=3)["near_misses"]
    assert [finding["code"] for finding in near] == ["TAG_OTHER_FORM"]


@pytest.mark.parametrize(
    ("given", "pages"),
    [
        ([], None),
        (["--pages", "1"], [0]),
        (["--pages", "1-3,7,last"], [0, 1, 2, 6, -1]),
        (["--page", "2", "--page", "1"], [1, 0]),
        (["--pages", " 2 , last"], [1, -1]),
    ],
)
def test_pages(given: list[str], pages: list[int] | None, letter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def noting(*given: Any, **more: Any) -> es.Found:
        asked.append(more["pages"])
        return FIND(given[0], "#")

    monkeypatch.setattr(es, "find_tags", noting)
    run(["find", letter, "#", *given])
    assert asked == [pages]


@pytest.mark.parametrize("pages", ["0", "2-1", "-1", "x", "", "1,,2", "1-", "1-9999999", "9999999999", "１"])
def test_pages_there_cannot_be(pages: str, letter: str, capsys: Captured) -> None:
    assert run(["find", letter, "#", "--pages", pages]) == 2
    assert "write 1-3,7,last" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["[#(", "--regex"], "is no regular expression"),
        (["#", "--forms", "nfd"], "'nfd' is not one of"),
        ([], "Missing argument 'TAG...'"),
    ],
)
def test_usage(arguments: list[str], message: str, letter: str, capsys: Captured) -> None:
    assert run(["find", letter, *arguments]) == 2
    assert message in capsys.readouterr().err


# ---- what is answered


def test_several_tags_in_one_call(letter: str, capsys: Captured) -> None:
    answer = told(capsys, letter, "#ttd22", "#ttd1", "#ttd22")
    assert [found["tag"] for found in answer["found"]] == ["#ttd22", "#ttd1"]
    assert [texts(found) for found in answer["found"]] == [["#ttd22"], ["#ttd1"]]
    matches = [es.TagMatch.from_json(match) for match in answer["found"][1]["matches"]]
    assert matches == list(FIND(Path(letter).read_bytes(), "#ttd1"))
    expressions = told(capsys, letter, "--regex", "#ttd[0-9]+", "TTD")
    assert [texts(found) for found in expressions["found"]] == [["#ttd1", "#ttd22"], ["TTD"]]


def test_one_of_several_that_is_not_there(letter: str, capsys: Captured) -> None:
    assert run(["find", letter, "#ttd1", "nowhere", "#ttd22"]) == 3
    out, err = capsys.readouterr()
    assert err.startswith("esign: TAG_NOT_FOUND: 'nowhere' is not printed")
    assert [line for line in out.splitlines() if line.endswith(":")] == ["#ttd1:", "#ttd22:"]
    assert [len(found["matches"]) for found in told(capsys, letter, "#ttd1", "nowhere", code=3)["found"]] == [1, 0]


def test_failures_are_json_too(letter: str, capsys: Captured) -> None:
    assert told(capsys, letter, "#", "--pages", "9", code=3)["error"]["code"] == "PAGE_OUT_OF_RANGE"
    assert told(capsys, letter, "", code=3)["error"]["code"] == "TAG_EMPTY"


def test_what_is_odd_about_matches_is_said(letter: str, capsys: Captured) -> None:
    assert run(["find", letter, "#ttd1", "--hidden", "--outside"]) == 0
    out = capsys.readouterr().out
    assert "not visible on the page: no. 2, 3\n" in out
    assert "guessed" not in out


def test_near_misses_and_warnings_are_shown(letter: str, tmp_path: Path, capsys: Captured) -> None:
    assert run(["find", letter, "ttd"]) == 0
    assert "info: Page 1 prints 'TTD', which differs from the tag in upper and lower case\n" in capsys.readouterr().out
    unreadable = "<< /Type /Font /Subtype /Type0 /BaseFont /Kanji /Encoding /Identity-H /DescendantFonts [<< >>] >>"
    path = tmp_path / "unread.pdf"
    path.write_bytes(
        one_page(text_at(50, 200, "#") + "BT /F2 9 Tf 50 100 Td (ab) Tj ET", fonts={"F1": HELVETICA, "F2": unreadable})
    )
    assert run(["find", str(path), "#"]) == 0
    assert "warning: Text in font Kanji on page 1 was not searched" in capsys.readouterr().out.replace("\n  ", " ")


def test_many_findings_are_counted(tmp_path: Path, capsys: Captured) -> None:
    spellings = ["".join(letters) for letters in product("tT", "tT", "dD", "xX")]
    spelled = [text_at(50, 280 - 12 * at, word) for at, word in enumerate(spellings)]
    path = tmp_path / "many.pdf"
    path.write_bytes(one_page("".join(spelled)))
    assert run(["find", str(path), "ttdx"]) == 0
    out = capsys.readouterr().out
    assert out.count("info: ") == 10
    assert "... and 5 more; --json lists them all\n" in out


@pytest.mark.parametrize("tag", ["a" * 100, "#"])
def test_a_table_is_80_columns_wide_at_most(tag: str, tmp_path: Path, capsys: Captured) -> None:
    big = f"BT /F1 120.25 Tf 9000.5 9876.5 Td ({tag}) Tj ET"
    path = tmp_path / "big.pdf"
    path.write_bytes(
        one_page(big, page="/CropBox [-9000 -9000 19000 19000]").replace(b"[0 0 300 300]", b"[0 0 99999 99999]")
    )
    assert run(["find", str(path), tag, "--outside"]) in (0, 3)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines), default=0) <= 80


def test_a_long_text_leaves_the_box_whole(letter: str, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(one_page(text_at(5, 120, "a very long line of text that goes on and on #ttd1", 9)))
    assert run(["find", str(path), "--regex", ".*#ttd1"]) == 0
    out = capsys.readouterr().out
    (match,) = FIND(path.read_bytes(), re.compile(".*#ttd1"))
    rect = match.rect
    assert f"{rect.x0:.1f},{rect.y0:.1f},{rect.x1:.1f},{rect.y1:.1f}" in out
    assert max(map(len, out.splitlines())) <= 80


def test_what_a_document_prints_does_not_reach_the_terminal_raw(tmp_path: Path, capsys: Captured) -> None:
    font = "<< /Subtype /Type1 /BaseFont /X /Encoding << /Differences [65 /uni202E /uni001B /bracketleft] >> >>"
    path = tmp_path / "odd.pdf"
    path.write_bytes(one_page(text_at(50, 100, "ABC"), fonts={"F1": font}))
    assert run(["find", str(path), "--regex", "(?s).*"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\u202e" not in out
    assert re.search(r"\\x1b|\\u202e", out)
