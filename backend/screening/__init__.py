"""Words that staff keep out of what is published, or want looked at twice."""
