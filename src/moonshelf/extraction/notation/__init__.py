"""Notation: numerals, formulas, and the characters that fonts of symbols stand for, as text."""
