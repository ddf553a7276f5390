"""Views over the workflows."""
