"""Legal education content, campaigns and one legal advisor for every village of a province."""
