"""What hears of changes to the machine the moment they happen, and asks for a look."""
