"""Printable slips for one day, made from what the laptop keeps of it; the shell never loads any of this."""
