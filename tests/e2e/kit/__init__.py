"""What the end-to-end tests are made of: real processes, a real screen, a real sound server, a real browser."""
