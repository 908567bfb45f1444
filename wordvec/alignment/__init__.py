"""Bringing vectors into one space, and measuring what differs there."""
