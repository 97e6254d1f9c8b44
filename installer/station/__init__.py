"""The bench installer: makes a bare laptop an accepted one, unattended, or says in one sentence why not."""
