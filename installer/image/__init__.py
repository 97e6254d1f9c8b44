"""How the image is made; the Python of it only says what is in it."""
