"""Numbers and moments as their formats show them, in the languages that the formats ask for."""
