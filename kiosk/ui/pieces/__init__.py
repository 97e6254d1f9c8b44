"""Small widgets the scenes are made of; each draws one thing in the look it is given."""
