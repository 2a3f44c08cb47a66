"""Administrative divisions and what follows from their codes."""
