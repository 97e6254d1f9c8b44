"""What writes and what reads share no code; hypothesis holds the two to the same canonical form."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.audit.reading import Entry, read
from kiosk.policy.audit import Record, chain_hash
from kiosk.policy.canonical import LARGEST, JsonValue
from tests.fakes.audit import happening

LEAVES = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text()
DATA = st.dictionaries(
    st.text(), st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
)


@pytest.mark.slow
@given(DATA)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_record_that_can_be_written_is_read(tmp_path: Path, data: dict[str, JsonValue]) -> None:
    line = Record(3, "ab" * 32, happening("x", data)).line()
    (tmp_path / "trail").write_bytes(line + b"\n")
    (entry,) = read(tmp_path / "trail")
    assert isinstance(entry, Entry)
    assert (entry.data, entry.hash, entry.seq) == (data, chain_hash(line), 3)
