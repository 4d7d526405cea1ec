"""Are the answers right on real documents? `python -m benchmarks compare --corpus DIR`.

Peers are PDFium and MuPDF. Counts are compared over files, and pairs of file and word, where either side has a hit;
text drawn twice counts once. Words are common ones and a few of each file's own, as PDFium reads them, of three letters
and more; for them ours is asked for all that PDFium's text page holds (hidden text, text off the page, layers that are
off; no annotations). Single characters are asked for with the library's defaults, but for annotations. `--ink` looks
at the rendered page wherever readers differ and wherever ours has a hit of one character; `--out` gets contact sheets.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.compare_files import CHARACTERS, COMMON, FileAnswer, Question, examine_all
from benchmarks.compare_judge import Judged
from benchmarks.compare_readers import MUPDF, OURS, PDFIUM, overlap, pairs
from benchmarks.compare_sheet import write_sheets

_SAME_BOX = 0.3  # intersection over union
_WORDS: dict[str, Callable[[str], bool]] = {
    "`the`": lambda word: word == "the",
    "common words": lambda word: word in COMMON,
    "the files' own words": lambda word: word not in COMMON,
}


def run(arguments: Sequence[str]) -> int:
    """The exit code: 0, whatever the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks compare", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="a folder with PDF files, searched in depth")
    parser.add_argument("--words", action="store_true", help="words of three letters and more")
    parser.add_argument("--characters", action="store_true", help=f"the characters {' '.join(CHARACTERS)}")
    parser.add_argument("--ink", action="store_true", help="look at the page where readers differ")
    parser.add_argument("--out", type=Path, help="folder for contact sheets and the list of disagreements")
    asked = parser.parse_args(arguments)
    both = asked.words == asked.characters
    question = Question(words=asked.words or both, characters=asked.characters or both, ink=asked.ink)
    files = list(examine_all(asked.corpus, question))
    lines = [*read_files(files)]
    if question.words:
        lines += compare_words(files)
    if question.characters:
        lines += compare_characters(files)
    print("\n".join(lines))
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / "disagreements.txt").write_text("\n".join(disagreements(files)) + "\n", encoding="utf-8")
        for name, chosen in _SHEETS.items():
            pictures = [
                (each.picture, f"{file.path.stem[-38:]}", f"{each.tag} {each.side}: {each.why}")
                for file in files
                for each in file.judged
                if chosen(each)
            ]
            for path in write_sheets(asked.out, name, pictures):
                print(path)
    return 0


_SHEETS: dict[str, Callable[[Judged], bool]] = {
    "missed": lambda each: len(each.tag) == 1 and OURS not in each.readers and each.verdict == "shows it",
    "unclear": lambda each: len(each.tag) == 1 and each.verdict == "cannot tell",
    "denied": lambda each: len(each.tag) == 1 and OURS in each.readers and each.verdict == "does not",
    "peers-denied": lambda each: len(each.tag) == 1 and OURS not in each.readers and each.verdict == "does not",
    "words-missed": lambda each: len(each.tag) > 1 and OURS not in each.readers and each.verdict != "does not",
    "words-denied": lambda each: len(each.tag) > 1 and OURS not in each.readers and each.verdict == "does not",
    "words-ours": lambda each: len(each.tag) > 1 and OURS in each.readers,
}


def read_files(files: Sequence[FileAnswer]) -> Iterable[str]:
    """What PDFium opens and ours refuses, by reason."""
    opened = [file for file in files if PDFIUM in file.answers]
    read = sum(OURS in file.answers for file in opened)
    yield f"{len(files)} files; PDFium opens {len(opened)}, of these ours reads {read}"
    for who, chosen in ((OURS, opened), (PDFIUM, files), (MUPDF, opened), ("the process", files)):
        refused = Counter(file.refusals[who] for file in chosen if who in file.refusals)
        for reason, count in refused.most_common():
            named = [file.path.name for file in chosen if file.refusals.get(who) == reason]
            yield f"  {who} refuses {count:4}  {reason}   e.g. {named[0]}"
    warned = Counter(warning for file in opened for warning in file.warnings)
    for reason, count in warned.most_common():
        yield f"  {OURS} warns of {count:4}  {reason}"


def compare_words(files: Sequence[FileAnswer]) -> Iterable[str]:
    """Ours and MuPDF's counts beside PDFium's."""
    for reader in (OURS, MUPDF):
        known = [file for file in files if PDFIUM in file.answers and reader in file.answers]
        for title, chosen in _WORDS.items():
            yield _words(f"{title}: {reader} against PDFium", known, reader, chosen)
    known = [file for file in files if PDFIUM in file.answers and OURS in file.answers]
    boxes = [
        overlap(ours.box, theirs.box)
        for file in known
        for word in file.words
        for ours, theirs in pairs(file.answers[OURS][word], file.answers[PDFIUM][word])[0]
    ]
    same = sum(box > _SAME_BOX for box in boxes)
    yield f"  boxes: {_share(same, len(boxes))} of shared hits overlap by more than {_SAME_BOX}"
    yield "  counts that differ, by what the ink says:"
    for reason, count in Counter(_why_words_differ(file, word) for file, word in differing(known)).most_common():
        yield f"    {count:4}  {reason}"


def _words(title: str, files: Sequence[FileAnswer], reader: str, chosen: Callable[[str], bool]) -> str:
    words = equal = whole = with_hits = honest = 0
    for file in files:
        counts = [
            (len(file.answers[reader][word]), len(file.answers[PDFIUM][word]), _judged_for_ours(file, word))
            for word in file.words
            if chosen(word) and (file.answers[reader][word] or file.answers[PDFIUM][word])
        ]
        words += len(counts)
        equal += sum(one == other for one, other, _ in counts)
        with_hits += bool(counts)
        whole += bool(counts) and all(one == other for one, other, _ in counts)
        honest += bool(counts) and all(one == other or right for one, other, right in counts)
    told = f"  {title}: equal in {_share(equal, words)} of file and word; {_share(whole, with_hits)} of files"
    return told + (f" ({_share(honest, with_hits)} where the ink is the judge)" if reader == OURS else "")


def differing(files: Sequence[FileAnswer]) -> Iterable[tuple[FileAnswer, str]]:
    """Each file and word of which ours and PDFium's counts differ."""
    for file in files:
        for word in file.words:
            if len(file.answers[OURS][word]) != len(file.answers[PDFIUM][word]):
                yield file, word


def _looked_at(file: FileAnswer, word: str) -> list[Judged]:
    return [each for each in file.judged if each.tag == word]


def _judged_for_ours(file: FileAnswer, word: str) -> bool:
    """Is every place where only PDFium finds it something else on the page, and every one of only ours the word?"""
    looked = _looked_at(file, word)
    return bool(looked) and all(
        each.verdict == ("does not" if each.readers == (PDFIUM,) else "shows it") for each in looked
    )


def _why_words_differ(file: FileAnswer, word: str) -> str:
    looked = _looked_at(file, word)
    if not looked:
        return "no ink looked at"
    if _judged_for_ours(file, word):
        return "PDFium takes codes for characters: the ink is on our side"
    sides = {each.readers[0] for each in looked}
    seen = "/".join(sorted({each.verdict for each in looked}))
    third = len(file.answers.get(MUPDF, {}).get(word, ()))
    with_whom = {len(file.answers[OURS][word]): OURS, len(file.answers[PDFIUM][word]): PDFIUM}.get(third, "nobody")
    unseen = any(warning.startswith(("FONT_NOT_READ", "CONTENT_DAMAGED")) for warning in file.warnings)
    unread = ", ours warns of a font or contents not read" if unseen else ""
    return f"only {' and '.join(sorted(sides))}; the ink: {seen}; MuPDF agrees with {with_whom}{unread}"


def compare_characters(files: Sequence[FileAnswer]) -> Iterable[str]:
    """Every place where a reader finds one of the characters, by readers and by what the ink says."""
    known = [file for file in files if OURS in file.answers and PDFIUM in file.answers]
    for tag in CHARACTERS:
        counts = {
            reader: sum(len(file.answers[reader][tag]) for file in known if reader in file.answers)
            for reader in (OURS, PDFIUM, MUPDF)
        }
        yield f"`{tag}`: " + ", ".join(f"{reader} {count}" for reader, count in counts.items())
        looked = Counter((each.side, each.verdict) for file in known for each in file.judged if each.tag == tag)
        for (side, verdict), count in sorted(looked.items()):
            yield f"  {count:5}  {side}: {verdict}"
    single = [each for file in known for each in file.judged if len(each.tag) == 1]
    mine = [each for each in single if OURS in each.readers]
    if single:
        denied = sum(each.verdict == "does not" for each in mine)
        yield f"  of our hits the ink denies {denied}; {_share(len(mine) - denied, len(mine))} stand"
        missed = [
            bool(pairs([each.hit], file.policy[each.tag])[0])
            for file in known
            for each in file.judged
            if len(each.tag) == 1 and OURS not in each.readers and each.verdict == "shows it"
        ]
        yield f"  found by a peer, borne out by the ink, missed by ours: {missed.count(False)}"
        yield f"  and by policy, such as hidden text over a scan: {missed.count(True)}"


def disagreements(files: Sequence[FileAnswer]) -> Iterable[str]:
    """One line for each, with the name of the file."""
    for file in files:
        if OURS in file.refusals and PDFIUM in file.answers:
            yield f"{file.path.name}: refused, {file.refusals[OURS]}"
    for file in files:
        for each in file.judged:
            alone = OURS not in each.readers and each.verdict != "does not"
            if alone or (OURS in each.readers and (each.verdict != "shows it" or len(each.tag) > 1)):
                box = " ".join(f"{value:.0f}" for value in each.hit.box)
                yield (
                    f"{file.path.name}: page {each.hit.page_index + 1} [{box}] {each.tag!r} {each.side}: "
                    f"{each.verdict}, {each.why} {' '.join(file.warnings)}"
                )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "none"
