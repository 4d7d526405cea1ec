"""What does a whole process cost that signs a file of ten pages with a PKCS#12 file, from exec to exit?"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from benchmarks.choice import Choice
from benchmarks.programs import execute
from benchmarks.sign_documents import OURS, PYHANKO, ten_pages
from benchmarks.subject import NOW, PASSPHRASE, subject
from benchmarks.timing import Contestants, compare, target

ITERATIONS = 2048  # of the key derivation, as OpenSSL writes


def run(choice: Choice) -> None:
    """`esign sign` beside `pyhanko sign addsig` (package pyhanko-cli), both invisible PAdES B-B."""
    here = Path(sys.executable).parent
    esign, pyhanko = shutil.which("esign", path=here), shutil.which("pyhanko", path=here)
    if esign is None:
        print("\nsign, whole process: esign is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        source, key, secret = base / "in.pdf", base / "key.p12", base / "passphrase"
        source.write_bytes(ten_pages())
        key.write_bytes(_bundle())
        secret.write_text(PASSPHRASE)
        # compiled once and kept, as wherever an installed program runs twice
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(base / "bytecode")
        ours = [
            *(esign, "sign", str(source), "--p12", str(key), "--passphrase-file", str(secret)),
            *("--time", NOW.isoformat(), "-o", str(base / "ours.pdf")),
        ]
        jobs: Contestants = {OURS: lambda: execute(ours, environment)}
        if pyhanko:
            theirs = [
                *(pyhanko, "sign", "addsig", "--field", "Sig", "--use-pades", "pkcs12", "--passfile", str(secret)),
                *(str(source), str(base / "theirs.pdf"), str(key)),
            ]
            jobs = {**jobs, PYHANKO: lambda: execute(theirs, environment)}
        found = compare("sign: whole process, 10 pages", jobs, rounds=1 if choice.quick else 9)
        if pyhanko:
            target("of pyHanko's process", found[OURS] / found[PYHANKO], most=1 / 3)
        else:
            print("  not installed: pyhanko-cli")


def _bundle() -> bytes:
    authority = subject().authority
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ITERATIONS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(PASSPHRASE.encode())
    )
    issuers = [authority.intermediate.certificate, authority.root.certificate]
    signer = authority.signer
    return pkcs12.serialize_key_and_certificates(b"signer", signer.key, signer.certificate, issuers, encryption)
