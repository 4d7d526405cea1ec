"""Hits looked at on the rendered page: what the ink says, and a picture for a person who wants to see it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from benchmarks.compare_readers import AS_A_TEXT_PAGE, MUPDF, OURS, PDFIUM, Answers, Hit, ours, pairs
from benchmarks.compare_shape import Cut, Verdict, cut, verdict

_ASCII = range(33, 127)
_AGREE = 0.6  # of a word's letters that show it, or do not
_MOST_LOOKS, _MOST_AGREED = 400, 40  # places of one file and character
_MOST_WORDS = 12  # places of one file and word
_THUMB = (220, 110)  # pixels


@dataclass(frozen=True, slots=True)
class Judged:
    """One place where some reader finds a tag. `picture`: PNG."""

    tag: str
    hit: Hit
    readers: tuple[str, ...]
    verdict: Verdict
    why: str
    picture: bytes

    @property
    def side(self) -> str:
        return " + ".join(self.readers)


def judge_characters(document: Any, tags: Sequence[str], answers: dict[str, Answers]) -> list[Judged]:
    """The places where any reader finds one of these characters; of those that all agree on a few of each file."""
    judged: list[Judged] = []
    for tag in tags:
        found = list(places({name: answer.get(tag, []) for name, answer in answers.items()}))
        agreed = [place for place in found if len(place[1]) == len(answers)]
        one_sided = [place for place in found if len(place[1]) < len(answers)]
        for hit, names in (*one_sided[:_MOST_LOOKS], *agreed[:: len(agreed) // _MOST_AGREED + 1]):
            judged += _look(document, tag, hit, names)
    return judged


def judge_words(document: Any, pdf: bytes, tags: Sequence[str], answers: dict[str, Answers]) -> list[Judged]:
    """The places where only one of PDFium and ours finds a word."""
    judged: list[Judged] = []
    for tag in tags:
        one, other = answers[OURS].get(tag, []), answers[PDFIUM].get(tag, [])
        if len(one) != len(other):
            _, only_ours, only_theirs = pairs(one, other)
            for name, alone in ((OURS, _with_letters(pdf, tag, only_ours[:_MOST_WORDS])), (PDFIUM, only_theirs)):
                for hit in alone[:_MOST_WORDS]:
                    judged += _look(document, tag, hit, (name,))
    return judged


def _with_letters(pdf: bytes, tag: str, hits: Sequence[Hit]) -> list[Hit]:
    """Our hits with the boxes of their letters, for text that runs across: ours is asked for the letters themselves."""
    if not hits:
        return []
    letters = ours(pdf, sorted(set(tag)), AS_A_TEXT_PAGE)
    known: list[Hit] = []
    for hit in hits:
        left, bottom, right, top = hit.box
        inside = [
            (other.box, letter)
            for letter, others in letters.items()
            for other in others
            if other.page_index == hit.page_index
            and left - 0.1 <= other.box[0] <= other.box[2] <= right + 0.1
            and bottom - 0.1 <= other.center[1] <= top + 0.1
        ]
        inside.sort()
        spelt = "".join(letter for _, letter in inside)
        known.append(replace(hit, characters=tuple(box for box, _ in inside)) if spelt == tag else hit)
    return known


def places(hits: dict[str, list[Hit]]) -> Iterable[tuple[Hit, tuple[str, ...]]]:
    """Each place once, with the readers that find something there."""
    found: list[tuple[Hit, tuple[str, ...]]] = []
    for name in (PDFIUM, OURS, MUPDF):
        both, alone, _ = pairs(hits.get(name, []), [hit for hit, _ in found])
        known = {id(other) for _, other in both}
        found = [(hit, (*names, name) if id(hit) in known else names) for hit, names in found]
        found += [(hit, (name,)) for hit in alone]
    return found


def _look(document: Any, tag: str, hit: Hit, names: tuple[str, ...]) -> list[Judged]:
    try:
        page = document[hit.page_index]
    except (pypdfium2.PdfiumError, IndexError):
        return []
    text = page.get_textpage()
    seen = text.get_text_bounded(*hit.box).strip()[:40]
    if len(tag) == 1:
        opinion, why = verdict(cut(page, hit.box), tag)
    else:
        opinion, why = _word(page, tag, hit)
        if names == (OURS,) and tag in "".join(seen.split()) and tag not in seen:
            opinion, why = "cannot tell", "the same letters, but PDFium sees a space between"
    judged = Judged(tag, hit, names, opinion, f"{why}; PDFium reads {seen!r}", _picture(cut(page, hit.box, 1.5)))
    text.close()
    page.close()
    return [judged]


def _word(page: Any, tag: str, hit: Hit) -> tuple[Verdict, str]:
    """Letter by letter, where the boxes of letters are known and ASCII."""
    opinions: Counter[Verdict] = Counter()
    for character, box in zip(tag, hit.characters, strict=False):
        if ord(character) in _ASCII:
            opinions[verdict(cut(page, box), character)[0]] += 1
    for opinion in ("shows it", "does not"):
        if opinions[opinion] > max(opinions.total() * _AGREE, 1):
            return opinion, f"{opinions[opinion]} of {opinions.total()} letters"
    return "cannot tell", ", ".join(
        f"{count} {opinion}" for opinion, count in opinions.items()
    ) or "no letter to look at"


def _picture(piece: Cut) -> bytes:
    """The cut with the box drawn round it, of one size for the sheet."""
    image = Image.fromarray(piece.grey).convert("RGB")
    left, top, right, bottom = piece.window
    ImageDraw.Draw(image).rectangle((left - 1, top - 1, right, bottom), outline=(255, 0, 0))
    image.thumbnail(_THUMB)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
