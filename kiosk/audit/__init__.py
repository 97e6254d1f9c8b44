"""Reads an audit trail for an auditor: shares no code with what writes it, needs no secret, and changes nothing."""
