"""Content in the console: lists, editors, the reading and review page, and who may come to which of them."""
