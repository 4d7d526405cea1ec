"""A fixed part of the soak: mutated files through the door of finding (`make soak` takes twenty times as many)."""

from __future__ import annotations

import pytest

import esign_core as es
from tests.soak import LIMITS, Cost, answers, main, question, trouble
from tests.soak_mutants import mutant

EVERY = 20  # of 20 000 seeds
CHUNK = 50


@pytest.mark.parametrize("first", range(0, 20_000, EVERY * CHUNK))
def test_mutants_are_searched_or_refused(first: int) -> None:
    for seed in range(first, first + EVERY * CHUNK, EVERY):
        wrong = trouble(seed, Cost())
        assert not wrong, f"{wrong}\nagain: python -m tests.soak --seed {seed}"


def test_a_seed_is_a_file_and_a_question() -> None:
    for seed in range(40):
        (name, pdf, dice), (again, same, other) = mutant(seed), mutant(seed)
        assert (name, pdf, question(dice)) == (again, same, question(other))


def test_the_mutants_are_not_all_refused_at_the_door() -> None:
    """Most damage is where finding looks, not where the reader gives up; and some of it is looked at in vain."""
    told = answers(range(300))
    assert told["found"] > 30 and told["nothing"] > 60
    assert len(told) > 6
    assert "INTERNAL" not in told


def test_trouble_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of ours, an exception that passes the door and work beyond the limits are seen for what they are."""
    searched = es.find_tags

    def fault(*given: object, **more: object) -> None:
        raise es.EsignError("unforeseen") from ZeroDivisionError("deep inside")

    def passing(*given: object, **more: object) -> None:
        raise KeyError("deep inside")

    for wrong in (fault, passing):
        monkeypatch.setattr(es, "find_tags", wrong)
        assert main(["--seed", "7"]) == 1
        assert "deep inside" in capsys.readouterr().out
    monkeypatch.setattr(es, "find_tags", lambda pdf, tag, options, limits: searched(pdf, tag, limits=es.Limits()))
    monkeypatch.setattr("tests.soak.LIMITS", es.Limits(decoded_bytes=1, stream_bytes=1))
    assert any("bytes decoded" in trouble(seed, Cost()) for seed in range(40))
    monkeypatch.setattr("tests.soak.LIMITS", es.Limits(operators=1))
    assert any("operators followed" in trouble(seed, Cost()) for seed in range(40))
    monkeypatch.undo()
    assert main(["--seed", "7"]) == 0
    assert LIMITS.decoded_bytes < es.Limits().decoded_bytes
