"""Reports: scores of several sets of vectors, maps, and one page that compares them."""
