"""The smallest program that finds a tag with each engine: for what a whole process costs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.engines import PEERS, installed

_READ = "import sys; data = open(sys.argv[1], 'rb').read(); tag = sys.argv[2]\n"
_OURS = "import esign_core\nhits = len(esign_core.find_tags(data, tag))"
_PDFIUM = """
import pypdfium2
document, hits = pypdfium2.PdfDocument(data), 0
for page in document:
    text = page.get_textpage()
    search = text.search(tag, match_case=True)
    while match := search.get_next():
        text.get_charbox(match[0]), text.get_charbox(match[0] + match[1] - 1)
        hits += 1
    search.close(), text.close(), page.close()
"""
_MUPDF = """
import pymupdf
document = pymupdf.open(stream=data, filetype="pdf")
hits = sum(len(page.get_textpage(flags=0).search(tag, quads=True)) for page in document)
"""
_RUSTPDF = "import rustpdf\nhits = len(rustpdf.find_text(data, tag, case_sensitive=True))"
_PEAK = "\nprint(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"


@dataclass(frozen=True, slots=True)
class Ran:
    """CPU seconds (user and system) of a finished process, and what it printed."""

    seconds: float
    printed: str


def programs(*, peak: bool = False) -> dict[str, str]:
    """Python source by engine, ours first, for the peers that are installed. `peak`: prints its VmHWM, in KiB."""
    sources = {"PDFium": _PDFIUM, "MuPDF": _MUPDF, "rustpdf": _RUSTPDF}
    chosen = {"esign_core": _OURS}
    chosen |= {engine.name: sources[engine.name] for module, engine in PEERS if installed(module)}
    return {name: _READ + source + (_PEAK if peak else "") for name, source in chosen.items()}


def python(source: str, *arguments: str, bytecode: Path) -> Ran:
    """Run Python source in a fresh interpreter of this environment.

    Modules are compiled once, into the folder `bytecode`, as they are wherever an installed program runs twice.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    return execute([sys.executable, "-c", source, *arguments], environment)


def execute(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Ran:
    """Run a command to its end; CalledProcessError when it fails."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, printed)
    return Ran(usage.ru_utime + usage.ru_stime, printed)
