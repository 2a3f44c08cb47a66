"""Wake-ups between processes, the registry of who listens in this one, and its pool of threads; knows no domain."""
