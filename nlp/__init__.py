"""The pure library: texts in, judgements out."""
