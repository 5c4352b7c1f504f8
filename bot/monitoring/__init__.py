"""What watches the process from outside: metrics, readiness, heartbeats."""
