"""Records in the formats of others: JSON, CSV, Excel, a folder of pages. Memory does not grow with them."""
