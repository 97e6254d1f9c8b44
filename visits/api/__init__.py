"""Touches the network: HTTP and WebSockets, and who is connected now. Rules stand in the domain, data in the store."""
