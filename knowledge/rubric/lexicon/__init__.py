"""The words the rubric knows, as data."""
