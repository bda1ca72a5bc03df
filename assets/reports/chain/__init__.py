"""The prompt chain of a report: order of claims, sections, opinions with their facts, abstract; a model picks, the claims speak."""
