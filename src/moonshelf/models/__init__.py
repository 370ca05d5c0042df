"""Models to chat with: those of other servers, the one inside, and what either can be told."""
