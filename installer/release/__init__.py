"""What a release manager does with files that were built: signs them. It builds nothing and never runs in CI."""
