"""Witnesses: who, on another machine, sees to it that a log shows everybody the same history (C2SP tlog-witness)."""
