"""The text layer: characters, rules and fills as a PDF states them, put right where it misstates them."""
