"""A local web page on which a person settles what waits for them; it decides nothing by itself."""
