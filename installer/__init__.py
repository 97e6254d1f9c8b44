"""What makes laptops: packages, images and the bench installer. Nothing of it runs on an installed laptop."""
