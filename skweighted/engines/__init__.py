"""What trains networks: NumPy arrays in, NumPy arrays out."""
