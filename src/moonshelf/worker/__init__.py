"""The workers of this process: each claims the fairest slice, has it read, and commits what came of it."""
