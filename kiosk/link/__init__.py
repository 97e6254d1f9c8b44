"""Touches the network: the service and its signalling; decides nothing."""
