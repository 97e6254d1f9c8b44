"""The rules of bookings, vetting, links and call sheets. Pure: no clock, no I/O, no library but pydantic's messages."""
