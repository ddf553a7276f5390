"""Importing office files: from an uploaded file to submissions, row by row."""
