"""Demo data of a fictional department (domain 2.5): posts only, no names of people, no known password."""
