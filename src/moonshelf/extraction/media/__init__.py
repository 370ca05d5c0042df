"""Audio and video: what is said and what can be read in the picture, with the times."""
