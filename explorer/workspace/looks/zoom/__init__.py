"""What one sees below the map: a product, one of its factors, the inside of the cell there, one number."""
