"""The service's keys: its authority over laptops, and what signs the documents they obey. Touches one folder."""
