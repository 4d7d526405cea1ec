"""Other programs that make PDF files: each function runs one and returns the file's bytes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

import pikepdf
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

SOURCES = Path(__file__).parent / "sources"
MOMENT = "20260112080000"  # the clock of every file
ENVIRONMENT = {
    **os.environ,
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "SOURCE_DATE_EPOCH": "1768204800",
    "FORCE_SOURCE_DATE": "1",
}


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command and return what it printed; its failure is ours."""
    done = subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=180)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout


def settle(data: bytes) -> bytes:
    """Replace clock times, and what was derived from them, by as many bytes: a file comes out the same every time."""
    day = f"{MOMENT[:4]}-{MOMENT[4:6]}-{MOMENT[6:8]}T08:00:00".encode()
    data = re.sub(rb"\(D:\d{14}", b"(D:" + MOMENT.encode(), data)
    data = re.sub(rb"(<xmp:(?:Create|Modify)Date>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", rb"\g<1>" + day, data)

    def named(name: bytes) -> bytes:
        once = re.sub(rb"(/ID\s*\[\s*<)\w{32}(>\s*<)\w{32}", rb"\g<1>" + name + rb"\g<2>" + name, data)
        return re.sub(rb"(/DocChecksum /)\w{32}", rb"\g<1>" + name, once)

    return named(digest(named(b"0" * 32)))


def digest(data: bytes) -> bytes:
    """32 hexadecimal digits that stand for the data."""
    return hashlib.sha256(data).hexdigest()[:32].upper().encode()


def libreoffice(source: str, export: str = "") -> bytes:
    """A text document, exported by Writer. `export`: the filter's options, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        kind = "pdf:writer_pdf_Export" + (f":{export}" if export else "")
        profile = f"-env:UserInstallation=file://{folder}/profile"
        run("soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, SOURCES / source)
        return settle((Path(folder) / source).with_suffix(".pdf").read_bytes())


def chromium(source: str) -> bytes:
    """A web page, printed."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / Path(source).name  # a path of its own, so that none of ours gets into the file
        shutil.copy(SOURCES / source, page)
        out = Path(folder) / "out.pdf"
        run(
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={folder}/profile", "--no-pdf-header-footer", f"--print-to-pdf={out}", page.as_uri(),
        )  # fmt: skip
        return settle(out.read_bytes())


def pdftex(source: str) -> bytes:
    """A LaTeX document."""
    with tempfile.TemporaryDirectory() as folder:
        run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={folder}", SOURCES / source)
        return (Path(folder) / source).with_suffix(".pdf").read_bytes()


def qpdf(data: bytes, *options: str) -> bytes:
    """A file, rewritten by qpdf."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.pdf", Path(folder) / "after.pdf"
        before.write_bytes(data)
        run("qpdf", *options, "--deterministic-id", before, after)
        return after.read_bytes()


def canvas() -> bytes:
    """Three pages by ReportLab: a standard font in WinAnsi, a TrueType subset, ASCII85 over Flate."""
    font = run("fc-match", "-f", "%{file}", "DejaVu Sans:style=Book")
    pdfmetrics.registerFont(TTFont("DejaVu", font))
    out = BytesIO()
    draw = Canvas(out, pagesize=(595, 842), invariant=1, pageCompression=1)
    draw.setTitle("Laporan Triwulan Perpustakaan Keliling")
    for number in (1, 2, 3):
        draw.setFont("Helvetica-Bold", 14)
        draw.drawString(72, 770, "LAPORAN TRIWULAN PERPUSTAKAAN KELILING")
        draw.setFont("Helvetica", 11)
        draw.drawString(72, 745, f"Halaman {number} dari 3 - “Tirta Mulya” · anggaran € 1.250")
        for line in range(18):
            draw.drawString(
                72,
                715 - 16 * line,
                f"Kunjungan pekan {18 * (number - 1) + line + 1}: {37 * (line + number) % 90 + 10} pembaca",
            )
        draw.setFont("DejaVu", 10)
        draw.drawString(72, 410, "Keterangan: Δ terhadap triwulan lalu ≥ 5 % - Ćiril, Łucja, Ωmega")
        draw.rect(66, 400, 460, 386)
        if number == 3:
            draw.setFont("DejaVu", 11)
            for y, words in ((330, "Hormat kami,"), (275, "#"), (220, "Wulan Cahyaningrum")):
                draw.drawCentredString(400, y, words)
        draw.showPage()
    draw.save()
    return out.getvalue()


def unknown_keys(data: bytes) -> bytes:
    """Keys that no reader knows, in catalog, pages, page, font, Info and trailer."""
    with pikepdf.open(BytesIO(data)) as pdf:
        workflow = pdf.make_indirect(
            pikepdf.Dictionary(Step=3, Office=pikepdf.String("TU"), Path=pikepdf.Array([1, 2]))
        )
        pdf.Root.ACME_Workflow = workflow
        pdf.Root.Pages.ACME_Binder = pikepdf.Name("/Blue#20Binder")
        pdf.pages[0].obj.ACME_Sheet = pikepdf.Dictionary(Of=workflow, Back=False)
        pdf.pages[0].obj.Resources.ACME_Hint = pikepdf.String("kept")
        pdf.trailer.ACME_Trailer = pikepdf.Array([workflow, pikepdf.String(b"\x00\xff")])
        pdf.trailer.Info.ACME_Archive = pikepdf.String("rak 7")
        out = BytesIO()
        pdf.save(out, deterministic_id=True, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return out.getvalue()


def mupdf_update(data: bytes) -> bytes:
    """An incremental update by MuPDF: a note on the first page."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.pdf", Path(folder) / "after.pdf"
        before.write_bytes(data)
        run("mutool", "run", SOURCES / "note.js", before, after)
        update = after.read_bytes()[len(data) :]
    dice = re.compile(rb"(?<=>)(<\w{32}>|\((\\.|[^\\)])*\))\]", re.DOTALL)  # the second identifier, in either spelling
    return data + dice.sub(b"<" + digest(dice.sub(b"", update)) + b">]", update)


def version(tool: str) -> str:
    """A tool's name and version, as it says itself."""
    if tool == "ReportLab":
        return f"ReportLab {reportlab.__version__}"
    if tool == "pikepdf":
        return f"pikepdf {pikepdf.__version__}, libqpdf {pikepdf.__libqpdf_version__}"
    if tool == "MuPDF":
        return (
            subprocess.run(["mutool", "-v"], capture_output=True, text=True)
            .stderr.replace("mutool version", "MuPDF")
            .strip()
        )
    if tool == "LibreOffice":
        return " ".join(run("soffice", "--version").split()[:2])
    if tool == "Chromium":
        return " ".join(run("chromium", "--version").split()[:2])
    if tool == "pdfTeX":
        return run("pdftex", "--version").splitlines()[0].split(" (")[0]
    if tool == "qpdf":
        return run("qpdf", "--version").splitlines()[0].replace("version ", "")
    return "corpus/writer.py"
