"""The measures of the lockdown, one a file; each looks at the machine and at nothing else of the laptop."""
