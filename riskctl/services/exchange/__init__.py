"""Ledgers in, as offices keep them: read the file, recognise its columns, plan, confirm."""
