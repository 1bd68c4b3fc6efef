"""From what the checks reported to results, and to the words that tell of them."""
