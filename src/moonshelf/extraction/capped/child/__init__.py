"""What runs inside a capped child, and nowhere else."""
