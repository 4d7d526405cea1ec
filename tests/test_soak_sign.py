"""A fixed part of the soak of signing: mutated files refused by name, or signed as qpdf and poppler want it."""

from __future__ import annotations

import pytest

import esign_core as es
from tests.soak_sign import SEEDS, main, outcome

EVERY = 20  # of 5 000 seeds
CHUNK = 25


@pytest.mark.parametrize("first", range(0, SEEDS, EVERY * CHUNK))
def test_mutants_are_signed_or_refused(first: int) -> None:
    ends = set()
    for seed in range(first, first + EVERY * CHUNK, EVERY):
        ended, wrong = outcome(seed)
        assert not wrong, f"{wrong}\nagain: python -m tests.soak_sign --seed {seed}"
        ends.add(ended)
    assert "signed" in ends and len(ends) > 2


def test_trouble_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of ours, an exception that passes the door and an output that is no good are seen for what they are."""
    seed = next(seed for seed in range(99) if outcome(seed)[0] == "signed")
    signing = es.sign

    def fault(*given: object, **more: object) -> None:
        raise es.EsignError("unforeseen") from ZeroDivisionError("deep inside")

    def passing(*given: object, **more: object) -> None:
        raise KeyError("deep inside")

    for wrong in (fault, passing):
        monkeypatch.setattr(es, "sign", wrong)
        assert main(["--seed", str(seed)]) == 1
        assert "deep inside" in capsys.readouterr().out

    def spoilt(pdf: bytes, *given: object, **more: object) -> es.Signed:
        made = signing(pdf, *given, **more)  # type: ignore[arg-type]
        at = made.facts.byte_range[2] + 20
        return es.Signed(made.pdf[:at] + b"!" + made.pdf[at + 1 :], made.facts)

    monkeypatch.setattr(es, "sign", spoilt)
    assert main(["--seed", str(seed)]) == 1
    monkeypatch.undo()
    assert main(["--seed", str(seed)]) == 0
