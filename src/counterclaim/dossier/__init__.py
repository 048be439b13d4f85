"""What leaves: one view model, its printed forms, and a bag a stranger can check."""
