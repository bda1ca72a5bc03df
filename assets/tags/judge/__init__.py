"""Whether trees are good: measures of them, and what people say of them."""
