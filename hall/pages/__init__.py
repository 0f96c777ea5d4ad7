"""The pages that anybody's phone opens: calm HTML without a script, in Chinese and English."""
