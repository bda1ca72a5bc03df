"""How notices write figures, times, issuers, products, contracts and items: readers of single words and phrases."""
