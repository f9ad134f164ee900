"""Rule simulation and backtesting for e-commerce helpdesks."""

__version__ = "0.1.0"
