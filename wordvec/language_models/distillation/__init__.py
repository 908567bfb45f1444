"""Distillation: static vectors of words out of a teacher's vectors of words and sentences."""
