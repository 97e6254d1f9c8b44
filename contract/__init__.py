"""What the laptop and the service say to each other: messages and documents. Pure: no clock, no I/O."""
