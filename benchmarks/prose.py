"""Invented text, the same every time: pages of lines that hold a few tags in known places."""

from __future__ import annotations

import random
from collections.abc import Iterator

WORD, CJK_WORD = "yang", "東京"
_SYLLABLES = (
    *("ba", "di", "ku", "la", "ma", "ni", "pe", "ra", "sa", "ta", "wi", "ju", "ter", "men", "kan", "an", "ah", "ung"),
    *("ong", "in", "er", "at", "as", "us", "ar", "al", "bu", "ka", "su", "do"),
)
_KANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
_KANJI = "日本語文書印刷電子署名検索頁番号契約法人会社住所氏代表者年月期間金額支払第条項以上下記"


def pages(count: int, *, seed: int = 1, lines: int = 40) -> Iterator[list[str]]:
    """Latin pages: `#` on the middle page alone, `$` once on each, WORD fifteen times on each, `~` on none."""
    dice = random.Random(seed)
    words = ["".join(dice.choices(_SYLLABLES, k=dice.randint(1, 4))) for _ in range(3000)]
    for number in range(count):
        page = [[*dice.choices(words, k=10), dice.choice((",", ".", f"{dice.randint(1, 999)}"))] for _ in range(lines)]
        for line in dice.sample(page, 15):
            line[dice.randrange(8)] = WORD
        page[dice.randrange(lines)][8] = "$"
        if number == count // 2:
            page[dice.randrange(lines)][9] = "#"
        yield [" ".join(line) for line in page]


def cjk_pages(count: int, *, seed: int = 2, lines: int = 36) -> Iterator[list[str]]:
    """Japanese pages: the same tags, CJK_WORD for WORD; no spaces."""
    dice = random.Random(seed)
    letters = _KANA * 2 + _KANJI
    for number in range(count):
        page = ["".join(dice.choices(letters, k=30)) for _ in range(lines)]
        for index in dice.sample(range(lines), 15):
            page[index] = CJK_WORD + page[index]
        page[dice.randrange(lines)] += "$"
        if number == count // 2:
            page[dice.randrange(lines)] += "#"
        yield page
