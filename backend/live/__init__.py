"""Wake-ups between processes and the registry of who listens in this one; knows no domain."""
