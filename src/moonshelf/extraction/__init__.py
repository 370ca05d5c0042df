"""From the bytes of a file to a document: page facts first, structure after."""
