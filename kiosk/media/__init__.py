"""Touches camera, microphone, loudspeaker and the peer connection; opens them only when told to connect."""
