"""Uploads to object storage: tickets, checks by content, renditions."""
