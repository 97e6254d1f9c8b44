"""What `kiosk` can do besides the screen: one module a command, each with `main(arguments)`; none opens a device."""
