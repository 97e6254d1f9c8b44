"""What README tells a newcomer to type, typed."""
