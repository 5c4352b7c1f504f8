"""How good the recommender is on a data set, against the published recipes."""
