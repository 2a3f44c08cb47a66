"""Legal education content and its editorial workflow."""
