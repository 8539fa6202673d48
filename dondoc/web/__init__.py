"""The pages of the product, rendered here and complete without a script."""
