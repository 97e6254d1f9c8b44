"""A made-up establishment with believable people and bookings, for the demo and the tests. Never for a live service."""
