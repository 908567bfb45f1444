"""Lexicons, knowledge graphs and bilingual dictionaries: their files, and their edges between known words."""
