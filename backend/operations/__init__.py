"""Commands that set up, fill and run the system."""
