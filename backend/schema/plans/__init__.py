"""How declared fields are fetched: each type says once which columns it shows, and everything follows from that."""
