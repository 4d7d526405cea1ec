"""The corpus is what its manifest says."""

from __future__ import annotations

import hashlib

import pytest

from tests.conftest import CORPUS, MANIFEST, corpus_file


@pytest.mark.parametrize("name", MANIFEST)
def test_file_is_the_one_in_the_manifest(name: str) -> None:
    data, entry = corpus_file(name), MANIFEST[name]
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert len(data) == entry["bytes"]
    assert entry["licence"] and entry["source"] and entry["generator"]


def test_no_file_is_missing_from_the_manifest() -> None:
    assert {path.name for path in (CORPUS / "files").glob("*.pdf")} == set(MANIFEST)
