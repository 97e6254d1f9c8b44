"""A laptop's acceptance: what it was when IT took it into use, signed by it, and how it differs from that today."""
