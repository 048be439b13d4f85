"""The measurements that `make eval-read` prints, one module a subject, each beside the best existing tool."""
