"""Pictures, words and sounds, loaded by name through one function."""
