"""The shop window: what it shows, what it costs, and that no submodule ever stands in front of a name."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import esign_core as es
from corpus.traps.page import one_page

SOURCE = Path(es.__file__).parent
HEAVY = (
    "pyhanko",
    "PIL",
    "pdfminer",
    "pypdf",
    "cryptography",
    "asn1crypto",
    "qrcode",
    "click",
    "rich",
    "pypdfium2",
    "urllib3",
    "asyncio",
    "ssl",
)


def shop_window_for_the_type_checker() -> set[str]:
    tree = ast.parse((SOURCE / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.asname or alias.name for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def test_both_lists_of_public_names_agree() -> None:
    assert shop_window_for_the_type_checker() == set(es.__all__)


def test_the_typing_test_uses_every_public_name() -> None:
    tree = ast.parse((Path(__file__).parent / "typing" / "api.py").read_text())
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "es"
    }
    assert used == set(es.__all__)


@pytest.mark.parametrize("name", es.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(es, name)
    assert name in dir(es)
    if getattr(value, "__module__", "").startswith("esign_core"):
        assert value.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        es.no_such_name  # type: ignore[attr-defined]  # noqa: B018


def test_no_public_name_is_a_module_of_the_package_that_exports_it() -> None:
    modules = {module.name for module in pkgutil.iter_modules([str(SOURCE)])}
    assert not modules & set(es.__all__)
    for package in (module.name for module in pkgutil.iter_modules([str(SOURCE)]) if module.ispkg):
        loaded = importlib.import_module(f"esign_core.{package}")
        inside = {module.name for module in pkgutil.iter_modules(loaded.__path__)}
        exported = {name for name, value in vars(loaded).items() if callable(value) and not name.startswith("_")}
        assert not inside & exported, package


def modules_loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return {name.partition(".")[0] for name in printed.split()}


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not modules_loaded_by("import esign_core") & set(HEAVY)


def test_finding_and_placing_load_no_cryptography() -> None:
    loaded = modules_loaded_by("import esign_core as es; es.find_tags; es.at_tag; es.Rect; es.Placement")
    assert not loaded & set(HEAVY)


def loaded_by_finding(tag: str, pdf: bytes) -> set[str]:
    find = f"assert es.find_tags(sys.stdin.buffer.read(), {tag!r})"
    code = f"import sys, esign_core as es\n{find}\nprint(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], input=pdf, capture_output=True, check=True).stdout
    return set(printed.decode().split())


def test_finding_in_an_ordinary_file_loads_only_what_it_needs() -> None:
    loaded = loaded_by_finding("#", (SOURCE.parent.parent / "corpus" / "files" / "surat.pdf").read_bytes())
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)
    assert not loaded & {"esign_core.pdf.rebuild", "esign_core.pdf.security", "esign_core.place", "importlib.metadata"}


def test_the_list_of_glyph_names_is_read_without_the_package_that_carries_it() -> None:
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[35/aleph]>>>>"
    loaded = loaded_by_finding("\u2135", one_page("BT /F1 20 Tf 50 50 Td (#) Tj ET", fonts={"F1": font}))
    assert not {name.partition(".")[0] for name in loaded} & {*HEAVY, "zipfile", "email"}


CALL_EVERYTHING = """
import asyncio, datetime, importlib, pkgutil, sys
import esign_core as es
for module in pkgutil.walk_packages(es.__path__, "esign_core."):
    if module.name != "esign_core.cli.__main__":
        importlib.import_module(module.name)
from demo.ca import make_authority
from esign_core.signers.pkcs12 import Pkcs12Signer

now = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
authority = make_authority(now, "p256")
signer = Pkcs12Signer.load(authority.pkcs12("x"), passphrase="x")
pdf = open("corpus/files/surat.pdf", "rb").read()
found = es.find_tags(pdf, "#")
assert es.find_all(pdf, ["#"])["#"] == found
look = es.qr("https://verify.example/42")
prepared = es.prepare(pdf, signer, signing_time=now, placement=es.at_rect(0, es.Rect(9, 9, 99, 99)), appearance=look)
signed = es.complete(prepared, signer.sign(prepared.tbs)).join(pdf)
signed = es.sign(signed, signer, signing_time=now, placement=es.at_tag(found, width=80), appearance=look).pdf
assert es.inspect(signed).fields
assert es.Placement.from_json(es.at_field("a").to_json()) == es.at_field("a")
table = open("corpus/files/tabel.pdf", "rb").read()
assert es.at_cell(table, es.find_tags(table, "#")[0]) not in es.suggest_space(table, width=90, height=50)
assert es.at_view(0, es.ViewRect(9, 9, 90, 90)) != es.at_corner(-1, "top", width=90)
class Late:
    certificate, chain, mechanism = signer.certificate, signer.chain, signer.mechanism
    async def asign(self, tbs):
        return signer.sign(tbs)
assert asyncio.run(es.asign(pdf, Late(), signing_time=now)).pdf.startswith(pdf)
evidence = es.Evidence(crls=authority.crls())
report = es.verify(signed, trust=es.Trust([authority.root.der]), evidence=evidence, validation_time=now)
assert bytes(es.signed_revision(signed, report.signatures[1])) == signed
called = {"find_tags", "find_all", "at_tag", "at_rect", "at_view", "at_corner", "at_cell", "suggest_space", "at_field"}
called |= {"inspect", "qr", "prepare", "complete", "sign", "asign", "verify"}
functions = {name for name in es.__all__ if type(getattr(es, name)).__name__ == "function"}
assert functions == called | {"signed_revision"}, functions ^ called
print("all called")
"""


def test_every_public_function_works_once_every_submodule_is_imported() -> None:
    result = subprocess.run(
        [sys.executable, "-c", CALL_EVERYTHING],
        capture_output=True,
        text=True,
        cwd=SOURCE.parent.parent,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(SOURCE.parent), str(SOURCE.parent.parent)))},
        check=False,
    )
    assert result.stdout.strip() == "all called", result.stderr
