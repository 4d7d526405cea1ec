"""Any chain of our signings on any file: each signature is whole for ever, or is refused before anything is written."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from tests import tools
from tests.conftest import LINK, MANIFEST, NOW, authority_of, corpus_file, signer_of
from tests.test_locks import BOXES, HIDDEN, with_fields

LOOK = es.qr(LINK)
LOCKS = [None, es.Lock("all"), es.Lock("include", ["lain", "bagian"]), es.Lock("exclude", ["bagian.dua", HIDDEN])]
# pyHanko: reads no page whose /Annots holds a dictionary itself, and takes any appearance in a locked text field for
# one that was exchanged in place
OPAQUE_TO_PYHANKO = {"form_direct.pdf", "form_indirect.pdf"}


@cache
def document(name: str) -> bytes:
    return with_fields(corpus_file(name))


STEPS = st.fixed_dictionaries(
    {
        "place": st.sampled_from(["none", "corner", *BOXES, HIDDEN]),
        "permit": st.sampled_from([None, None, None, "nothing", "forms", "annotations"]),
        "lock": st.sampled_from(LOCKS),
        "subfilter": st.sampled_from([None, "adbe.pkcs7.detached"]),
        "reason": st.sampled_from(["", "Setuju – 東京"]),
        "copies": st.sampled_from([(), (es.at_corner(-1, "left", width=40),)]),
    }
)


def arguments(step: dict[str, Any], number: int) -> dict[str, Any]:
    """For `sign`: of a step, the `number`-th in its chain."""
    placement = es.at_field(step["place"])
    if step["place"] == "none":
        placement = None
    elif step["place"] == "corner":
        placement = es.at_corner(0, ("top-left", "top", "top-right", "right")[number], width=40)
    intent = es.Approve(lock=step["lock"]) if step["permit"] is None else es.Certify(step["permit"], lock=step["lock"])
    visible = placement is not None and step["place"] != HIDDEN
    return {
        "placement": placement,
        "appearance": LOOK if visible else None,
        "copies": step["copies"] if visible else (),
        "intent": intent,
        "subfilter": step["subfilter"],
        "claims": es.Claims(reason=step["reason"]),
    }


@settings(max_examples=60)
@given(st.sampled_from(sorted(MANIFEST)), st.lists(STEPS, min_size=2, max_size=4))
def test_every_prefix_stays_and_every_signature_is_still_good(name: str, steps: list[dict[str, Any]]) -> None:
    pdf, count = document(name), 0
    for number, step in enumerate(steps):
        told = es.inspect(pdf)
        try:
            done = es.sign(pdf, signer_of("p256"), signing_time=NOW, **arguments(step, number)).pdf
        except es.DocumentLocked as error:
            assert error.field in {field.name for field in told.fields if field.signed}
            continue
        except es.PlacementError as error:
            assert error.code == "FIELD_SIGNED"
            continue
        assert told.lock is None and done.startswith(pdf)
        pdf, count = done, count + 1
    assert tools.pdfsig(pdf).count("Signature is Valid") == count and tools.qpdf_problems(pdf) == ""
    if name not in OPAQUE_TO_PYHANKO:
        authority = authority_of("p256")
        assert tools.pyhanko_verdicts(pdf, authority.root.der, authority.crls(), NOW) == [True] * count
