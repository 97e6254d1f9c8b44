"""What attacks need: captives in the shell's confinement, a display, hands at it, and a guard played by the test."""
