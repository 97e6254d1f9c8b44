"""Values that mean nothing, for messages that should be refused."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = st.sampled_from(["b1", "session-1", "page-0001", "live", "call", "v=0", "", "x" * 300, "ŵ", "../", "\x00"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
