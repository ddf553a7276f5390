"""Everything that remembers, waits or is looked at."""
