"""The soak of signing: a mutated file is refused by name, or comes out signed as qpdf and poppler want it.

`python -m tests.soak_sign` (part of `make soak`) takes 5 000 seeds, `--seed N` one; `tests/test_soak_sign.py` takes a
fixed part of them. A seed always gives the same file and the same wish.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import subprocess
import sys
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pikepdf

import esign_core as es
from tests import tools
from tests.conftest import LINK, NOW, signer_of
from tests.soak_mutants import mutant

SEEDS = 5_000
ORPHAN = "this widget annotation is not reachable from /AcroForm"  # told as soon as there is a form: ours
ALL = es.Lock("all")
LIMITS = es.Limits(decoded_bytes=16_000_000, stream_bytes=4_000_000, pages=2_000)


def wish(pdf: bytes, dice: random.Random) -> dict[str, Any]:
    """What is asked for: nothing to be seen, a code somewhere, one at a tag, which is treated in some way, or a field
    that is there; and what it is to mean."""
    meant: dict[str, Any] = {"intent": dice.choice((es.Approve(), es.Approve(), es.Certify(), es.Approve(lock=ALL)))}
    return meant | where(pdf, dice)


def where(pdf: bytes, dice: random.Random) -> dict[str, Any]:
    kind = dice.randrange(5)
    if kind == 0:
        return {}
    if kind == 4:
        with contextlib.suppress(es.EsignError):
            if empty := [field.name for field in es.inspect(pdf, limits=LIMITS).fields if not field.signed]:
                return {"placement": es.at_field(empty[0])}
    wanted: dict[str, Any] = {"appearance": es.qr(LINK)}
    if kind == 1:
        return wanted | {"placement": es.at_corner(dice.choice((0, -1)), "bottom-right", width=40, height=40)}
    treatment = dice.choice(("leave", "cover", "erase"))
    with contextlib.suppress(es.EsignError):
        if found := es.find_tags(pdf, dice.choice(("#", "ttd")), limits=LIMITS):
            return wanted | {"placement": es.at_tag(found[0], width=40, height=40, treatment=treatment)}
    return wanted | {"placement": es.at_view(0, es.ViewRect(10, 10, 30, 30))}


def outcome(seed: int) -> tuple[str, str]:
    """How the seed ends (`signed`, or an error's code), and what is wrong about that: empty, or a description."""
    name, pdf, dice = mutant(seed)
    try:
        signed = es.sign(pdf, signer_of("p256"), signing_time=NOW, limits=LIMITS, **wish(pdf, dice))
    except es.EsignError as error:
        if error.code != "INTERNAL":
            return error.code, ""
        return error.code, f"{name}: {error}\n{''.join(traceback.format_exception(error.__cause__))}"
    except BaseException as error:  # noqa: BLE001 - whatever passes the door is what is looked for
        return "passed", f"{name}: passed the door\n{''.join(traceback.format_exception(error))}"
    return "signed", judged(name, pdf, signed)


def judged(name: str, pdf: bytes, signed: es.Signed) -> str:
    if not signed.pdf.startswith(pdf):
        return f"{name}: the document is not the begin of what was signed"
    before, after = problems(pdf), problems(signed.pdf)
    if before is not None and (after is None or (after and not before)):  # where there were some, an update moves them
        return f"{name}: qpdf finds {after}, in the document {before}"
    try:
        told = tools.pdfsig(signed.pdf)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(subprocess.TimeoutExpired):
            tools.pdfsig(pdf)  # it hangs on some documents, as on a field above itself, whether or not we signed them
            return f"{name}: pdfsig comes to no end"
        return ""
    if told.count("Signature is Valid") < 1 or "Total document signed" not in told:
        return f"{name}: pdfsig says {told[-300:]!r}"
    return ""


def problems(pdf: bytes) -> list[str] | None:
    """What qpdf finds; None where it cannot open the file."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            found = [*opened.check_pdf_syntax(), *map(str, opened.get_warnings())]
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return None
    return [problem for problem in found if ORPHAN not in problem]


def part(seeds: range) -> list[tuple[int, str, str]]:
    return [(seed, *outcome(seed)) for seed in seeds]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak_sign", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many")
    parser.add_argument("--seed", type=int, help="one alone")
    given = parser.parse_args(arguments)
    if given.seed is not None:
        ended, wrong = outcome(given.seed)
        print(f"{mutant(given.seed)[0]}: {ended}; {wrong or 'fine'}")
        return bool(wrong)
    parts = [range(at, min(at + 50, given.seeds)) for at in range(0, given.seeds, 50)]
    ends: Counter[str] = Counter()
    bad = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for told in pool.map(part, parts):
            for seed, ended, wrong in told:
                ends[ended] += 1
                if wrong:
                    bad += 1
                    print(f"seed {seed}: {wrong}\n  again: python -m tests.soak_sign --seed {seed}", flush=True)
    print(f"{given.seeds} seeds: {bad} in trouble; {', '.join(f'{count} {end}' for end, count in ends.most_common())}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
