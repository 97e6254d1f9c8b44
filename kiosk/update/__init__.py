"""Updates of the laptop's image: a signed bundle is written beside what runs. It decides nothing about calls."""
