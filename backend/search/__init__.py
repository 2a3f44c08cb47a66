"""Search: the words of a text, the index beside the rows, and the box that looks in it. It knows no domain."""
