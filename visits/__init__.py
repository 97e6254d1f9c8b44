"""The service: bookings, vetting, call sheets, signalling and the page a family opens."""
