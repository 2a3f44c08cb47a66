"""Laws, their versions and articles, and citations of them."""
