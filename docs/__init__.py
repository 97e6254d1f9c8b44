"""The pages about the house, and the program that writes those parts that are made from code."""
