"""The bench of music-gateway: starts everything, measures in turn, writes the report. ../README.md says how to read it."""
