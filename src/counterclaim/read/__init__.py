"""Methods that read pages and testimony, tied to exact spans."""
