"""Advisors, appointments, village groups and their messages."""
