"""What counts as the tag: case, whole words, patterns, forms of characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.traps.page import BLACK, BLUE, RED, Case, one_page, simple_font, tounicode
from corpus.traps.programs import descriptor, program, truetype, widths
from corpus.traps.writing import at
from corpus.writer import Body


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _cases_of_letters()
    yield from _patterns()
    yield from _forms()


def _cases_of_letters() -> Iterator[Case]:
    upper = one_page(RED + at("(TTD) Tj"))
    yield Case("raw_case", upper, 0, "TTD is not ttd", "ttd", proof="policy")
    yield Case(
        "raw_case_option", upper, 1, "the option `case_sensitive` turned off", "ttd", options={"case_sensitive": False}
    )
    joined = one_page(at(f"{BLACK} (a) Tj {RED} (ttd) Tj {BLACK} (x) Tj"))
    yield Case("raw_word_part", joined, 1, "a part of a word", "ttd")
    yield Case(
        "raw_word_part_option",
        joined,
        0,
        "the option `whole_word`",
        "ttd",
        options={"whole_word": True},
        proof="policy",
    )
    alone = one_page(at(f"{BLACK} (a ) Tj {RED} (ttd) Tj {BLACK} (, x) Tj"))
    yield Case("raw_word_alone", alone, 1, "a whole word", "ttd", options={"whole_word": True})
    bracket = one_page(at(f"{BLACK} (\\() Tj {RED} (#ttd) Tj {BLACK} (\\)) Tj"))
    yield Case("raw_word_brackets", bracket, 1, "a whole word in parentheses", "#ttd", options={"whole_word": True})


def _patterns() -> Iterator[Case]:
    pattern = re.compile(r"#ttd_\d+")
    two = one_page(RED + at("(#ttd_1) Tj") + BLUE + at("(#ttd_23) Tj", y=100))
    yield Case("raw_regex", two, 2, "a regular expression", pattern)
    split = one_page(RED + at("[(#t) -30 (td_) 20 (1)] TJ"))
    yield Case("raw_regex_split", split, 1, "a regular expression over what is split", pattern)
    broken = one_page(RED + at("24 TL (#ttd_) Tj T* (1) Tj"))
    yield Case("raw_regex_line", broken, 0, "a regular expression is matched line by line", pattern, proof="policy")
    dots = one_page(RED + at("(a.b) Tj"))
    yield Case("raw_literal_dot", dots, 0, "a string is no regular expression", "a.?b", proof="policy")


def _forms() -> Iterator[Case]:
    font = simple_font(
        "TrueType", "Bars", f"{widths(65, 66)} /ToUnicode 30 0 R /FontDescriptor 31 0 R /Encoding /WinAnsiEncoding"
    )

    def printing(first: str, second: str = "", glyph: str = "numbersign") -> bytes:
        said = f"<41> <{first}>" + (f" <42> <{second}>" if second else "")
        objects: dict[int, Body] = {
            30: tounicode(f"{2 if second else 1} beginbfchar {said} endbfchar"),
            31: descriptor(32, "/FontFile2 32 0 R"),
            32: program(truetype({65: glyph, 66: "t"})),
        }
        shown = "(AB)" if second else "(A)"
        return one_page(f"{RED} BT /F1 20 Tf 100 150 Td {shown} Tj ET", fonts={"F1": font}, objects=objects)

    wide = printing("FF03")
    yield Case("raw_fullwidth", wide, 0, "a fullwidth number sign is another character", proof="policy")
    yield Case("raw_fullwidth_option", wide, 1, "the option `forms`", options={"forms": "nfkc"})
    composed = printing("00E9", glyph="d")
    yield Case("raw_composed", composed, 0, "e with acute as one character, the tag as two", "e\u0301", proof="policy")
    yield Case("raw_composed_option", composed, 1, "the option `forms`", "e\u0301", options={"forms": "nfc"})
    apart = printing("0065", "0301", glyph="d")
    yield Case(
        "raw_decomposed_option",
        apart,
        1,
        "e and acute as two glyphs, the tag as one",
        "\u00e9",
        options={"forms": "nfc"},
    )
