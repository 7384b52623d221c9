"""Files as releases wrote them: today's code must read them, and write them again to the byte."""
