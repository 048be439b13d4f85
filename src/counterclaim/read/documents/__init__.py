"""Text out of documents and pictures, with the page and the box it stands in."""
