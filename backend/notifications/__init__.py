"""Inbox, devices, outbox and delivery to phones."""
