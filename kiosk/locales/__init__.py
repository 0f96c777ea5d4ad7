"""The words of each language: catalogues, and the table from stable codes to sentences. No code that does anything."""
