"""One file asked of all readers, and a folder of them, each file in a process that may crash or hang without harm."""

from __future__ import annotations

import hashlib
import multiprocessing
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2

import esign_core as es
from benchmarks import compare_readers as readers
from benchmarks.compare_judge import Judged, judge_characters, judge_words

CHARACTERS = ("#", "$", "~", "^")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SAMPLE = 8  # words of each file
COMMON = ("the", "and", "for", "with", "this", "page", "test", "und", "des", "que")
_SECONDS = 600  # for one file and all readers together
_MOST_PAGES = 400  # of files searched for words: PDFium's text of a file of 4000 pages takes minutes


@dataclass(slots=True)
class FileAnswer:
    """`answers` and `refusals` by reader; `warnings`: what ours could not read; `judged`: what the ink says."""

    path: Path
    pages: int = 0
    words: Sequence[str] = ()
    answers: dict[str, readers.Answers] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    policy: readers.Answers = field(default_factory=dict)  # ours, asked also for what nobody sees
    judged: Sequence[Judged] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What files are asked. `ink`: look at the page where readers differ."""

    words: bool = True
    characters: bool = True
    ink: bool = True


def examine(path: Path, question: Question) -> FileAnswer:
    """Everything that the readers say about one file."""
    pdf = path.read_bytes()
    answer = FileAnswer(path)
    characters = CHARACTERS if question.characters else ()
    try:
        with readers.pdfium_document(pdf) as document:
            answer.pages = len(document)
            if question.words and answer.pages <= _MOST_PAGES:
                answer.words = sample(document)
            answer.answers[readers.PDFIUM] = readers.pdfium(document, (*characters, *answer.words))
            _ask_the_others(answer, pdf, characters)
            if question.ink and readers.OURS in answer.answers:
                answer.judged = [
                    *judge_characters(document, characters, answer.answers),
                    *judge_words(document, pdf, answer.words, answer.answers),
                ]
    except pypdfium2.PdfiumError as error:
        answer.refusals[readers.PDFIUM] = str(error)
        _ask_the_others(answer, pdf, characters)
    return answer


def _ask_the_others(answer: FileAnswer, pdf: bytes, characters: Sequence[str]) -> None:
    try:
        answer.answers[readers.MUPDF] = readers.mupdf(pdf, (*characters, *answer.words))
    except Exception as error:  # noqa: BLE001 - a peer may raise anything; it is told as the peer's refusal
        answer.refusals[readers.MUPDF] = type(error).__name__
    try:
        answer.answers[readers.OURS] = {
            **readers.ours(pdf, characters, readers.AS_PRINTED),
            **readers.ours(pdf, answer.words, readers.AS_A_TEXT_PAGE),
        }
        answer.policy = readers.ours(pdf, characters, readers.AS_A_TEXT_PAGE)
        found = es.find_tags(pdf, readers.ANYTHING, options=readers.AS_A_TEXT_PAGE)
        answer.warnings = sorted({_in_short(warning) for warning in found.warnings})
    except es.EsignError as error:
        answer.refusals[readers.OURS] = f"{type(error).__name__} {error.code}"


def _in_short(warning: es.Finding) -> str:
    """Its code, and the code of its reason where it has one: sentences name bytes and objects, and are no kinds."""
    why = str(warning.args.get("why", ""))
    return f"{warning.code} {why}".strip() if why.isupper() else warning.code


def sample(document: object) -> list[str]:
    """Common words, and a few of the file's own, the same ones every time.

    None with characters beyond U+FFFF: PDFium's search does not find them, though its text holds them."""
    found: set[str] = set()
    for text in readers.pdfium_text(document):
        found.update(word for word in _WORD.findall(text) if max(word) <= "\uffff")
    ordered = sorted(found - set(COMMON), key=lambda word: hashlib.sha256(word.encode("utf-8", "replace")).digest())
    return [*COMMON, *ordered[:_SAMPLE]]


def examine_all(folder: Path, question: Question) -> Iterator[FileAnswer]:
    """In the order of their names. A file that crashes or hangs the process is answered with that as a refusal."""
    paths = list(_each_once(sorted(path for path in folder.rglob("*.pdf") if path.is_file())))
    context = multiprocessing.get_context("spawn")
    while paths:
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            futures = [pool.submit(examine, path, question) for path in paths]
            for done, future in enumerate(futures):
                try:
                    yield future.result(timeout=_SECONDS)
                except (BrokenProcessPool, TimeoutError) as error:
                    name = "crashed" if isinstance(error, BrokenProcessPool) else "took too long"
                    yield FileAnswer(paths[done], refusals={"the process": name})
                    for process in list(pool._processes.values()):
                        process.kill()
                    paths = paths[done + 1 :]
                    break
            else:
                return


def _each_once(paths: Sequence[Path]) -> Iterator[Path]:
    """Files of the same bytes once."""
    seen: set[bytes] = set()
    for path in paths:
        digest = hashlib.sha256(path.read_bytes()).digest()
        if digest not in seen:
            seen.add(digest)
            yield path
