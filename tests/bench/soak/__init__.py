"""Hours of mixed traffic: what grows, what leaks, what goes wrong once in a million."""
