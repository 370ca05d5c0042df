"""Who somebody is: accounts and keys, sign-in, and what was done by whom."""
