"""How good the recommender would have been on past papers: replays, and the recipes beside it."""
