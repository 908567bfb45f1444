"""Readers of files whose text has a structure: tables, vertical text, XML."""
