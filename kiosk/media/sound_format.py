"""The one form sound has in this room: 48 kHz, mono, 16-bit, in blocks of 20 ms. Numbers only."""

from typing import Final

SAMPLE_RATE: Final = 48_000
BLOCK_MS: Final = 20
BLOCK_SAMPLES: Final = SAMPLE_RATE * BLOCK_MS // 1000
BYTES_PER_SAMPLE: Final = 2
BYTES_PER_MS: Final = SAMPLE_RATE * BYTES_PER_SAMPLE // 1000
FULL_SCALE: Final = 32_768
