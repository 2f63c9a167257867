"""How the commands show what happens: a live tree on a terminal, one line per change elsewhere."""
