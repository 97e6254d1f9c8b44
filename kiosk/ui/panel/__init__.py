"""The officer's panel: one page at a time, each deed asked for with a number and a PIN. Decides nothing."""
