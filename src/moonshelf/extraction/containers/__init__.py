"""Files that hold files: told apart, opened and unpacked, for sniffing and for readers alike."""
