"""Ten thousand tamperings, each found out by the last co-signed head, with the right sequence number."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from kiosk.audit.verdict import Word
from kiosk.audit.verify import verify
from tests.fakes.audit import cosigned
from tests.integration.audit.tamperings import COUNT, LAPTOP, LINES, TAMPERINGS, Tampering, first_difference

HEAD = LAPTOP.head(LINES)


def is_found_out(tampering: Tampering, has_head_beside: bool) -> None:
    note(tampering.what)
    with tempfile.TemporaryDirectory() as folder:
        trail = LAPTOP.store(Path(folder), [], HEAD if has_head_beside else None)
        trail.write_bytes(tampering.trail)
        head = Path(folder, "kept by the service.note")
        head.write_bytes(cosigned(HEAD).as_bytes())
        verdict = verify(trail, Path(folder, "audit.pub"), [head])
    if tampering.trail.startswith(b"".join(line + b"\n" for line in LINES)):
        assert verdict.vouched_seq == COUNT
        assert verdict.verdict is not Word.WHOLE
        return
    note(verdict.why)
    assert verdict.verdict is Word.TAMPERED
    assert verdict.failed_seq == (tampering.shows_at or first_difference(tampering.trail))
    assert str(verdict.failed_seq) in verdict.why


@given(TAMPERINGS, st.booleans())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_tampering_is_found_out_with_its_sequence_number(tampering: Tampering, has_head_beside: bool) -> None:
    is_found_out(tampering, has_head_beside)


@pytest.mark.slow
@pytest.mark.timeout(900)
@given(TAMPERINGS, st.booleans())
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ten_thousand_tamperings_are_found_out(tampering: Tampering, has_head_beside: bool) -> None:
    is_found_out(tampering, has_head_beside)


def test_the_trail_that_is_tampered_with_is_whole_before(tmp_path: Path) -> None:
    trail = LAPTOP.store(tmp_path, LINES, HEAD)
    head = tmp_path / "head"
    head.write_bytes(cosigned(HEAD).as_bytes())
    verdict = verify(trail, tmp_path / "audit.pub", [head])
    assert (verdict.verdict, verdict.first_seq, verdict.last_seq, verdict.vouched_seq) == (Word.WHOLE, 1, COUNT, COUNT)
