"""Tables: where one is drawn or only aligned, and how its words are cut into cells."""
