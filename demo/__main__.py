"""The main job on a real letter: find the tag, draw a QR code there, sign, verify offline, say what came of it.

    python -m demo [--lang id]

Keys, certificates and revocation lists are made on the spot; the keys never leave this process.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import esign_core as es
from demo.ca import Authority, make_authority
from esign_core.cli.verify import print_report
from esign_core.preview import render_page
from esign_core.signers.pkcs12 import Pkcs12Signer

ROOT = Path(__file__).resolve().parent.parent
LETTER = ROOT / "corpus" / "files" / "surat.pdf"
OUTPUT = ROOT / "build" / "demo"
TAG = "#"
LINK = "https://verify.example/000.5.3-187-DKP-2026"
PASSPHRASE = "only for this demo"


def main() -> int:
    language = arguments().lang
    now = datetime.now(UTC).replace(microsecond=0)
    authority = make_authority(now)
    crls = authority.crls()
    letter = LETTER.read_bytes()

    signer = Pkcs12Signer.load(authority.pkcs12(PASSPHRASE), passphrase=PASSPHRASE)
    found = es.find_tags(letter, TAG)
    signed = es.sign(
        letter,
        signer,
        signing_time=now,
        placement=es.at_tag(found, width=80),  # 1/72 inch, centred on the tag
        appearance=es.qr(LINK),
        claims=es.Claims(reason="Undangan rapat koordinasi", location="Tirta Mulya"),
    )
    report = es.verify(
        signed.pdf,
        trust=es.Trust([authority.root.pem]),
        evidence=es.Evidence(crls=crls),
        validation_time=now,
    )

    tag = found[0]
    print(f"Found  {TAG!r} on page {tag.page_index + 1} of {shown(LETTER)}")
    print(f"Signed there ({signed.facts.level}), with a QR code of {LINK}")
    print(f"Verified offline against one root and {len(crls)} revocation lists:\n")
    print_report(report, language)
    print()
    write_results(authority, crls, signed.pdf, report, page_index=tag.page_index)
    verdict = report.conclusion.indication
    print(f"make demo: found the tag, signed there, verified: {verdict}; open {shown(OUTPUT)}/page.png")
    return 0 if report.conclusion.passed else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description="Sign and verify a letter.")
    parser.add_argument("--lang", choices=["en", "id"], default="en", help="language of the report")
    return parser.parse_args()


def write_results(authority: Authority, crls: list[bytes], pdf: bytes, report: es.Report, *, page_index: int) -> None:
    """Everything that is needed to look at it and to verify it again, and where it is."""
    files = {
        "surat.signed.pdf": (pdf, "the signed letter"),
        "page.png": (render_page(pdf, page_index), "its page, as a reader shows it"),
        "report.json": (json.dumps(report.as_dict(), indent=2).encode(), "the report"),
        "root.pem": (authority.root.pem, "the root to trust"),
        "root.crl": (crls[0], "what the root has revoked: nothing"),
        "intermediate.crl": (crls[1], "what the intermediate has revoked: nothing"),
    }
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name, (data, _) in files.items():
        (OUTPUT / name).write_bytes(data)
    print(f"Written to {shown(OUTPUT)}:")
    for name, (_, meaning) in files.items():
        print(f"  {name:<18}{meaning}")
    esign = Path(sys.executable).with_name("esign")
    folder = shown(OUTPUT)
    print("\nVerify it again (the revocation lists are good for a week):")
    print(f"  {shown(esign) if esign.exists() else 'esign'} verify {folder}/surat.signed.pdf \\")
    print(f"    --trust {folder}/root.pem --crl {folder}/root.crl --crl {folder}/intermediate.crl\n")


def shown(path: Path) -> str:
    """The path from here, for a person to type."""
    return os.path.relpath(path)


if __name__ == "__main__":
    sys.exit(main())
