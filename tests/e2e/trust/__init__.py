"""Laptop and service over real TLS: each test says what a person reads on the screen."""
