"""Helpers shared by the formats: reading and writing arrays, compression, detection, words, sidecar files."""
