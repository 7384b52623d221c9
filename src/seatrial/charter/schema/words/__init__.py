"""Words that several blocks of a charter share."""
