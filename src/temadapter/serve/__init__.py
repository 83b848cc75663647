"""A web page, and an API for programs, that answer questions about videos: `temadapter serve`."""
