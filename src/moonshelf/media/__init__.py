"""Images and videos: verified when they are uploaded, shown to models that see, read out to models that don't."""
