"""What pytorch.py consists of."""
