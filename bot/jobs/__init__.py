"""What happens when the clock says so: fetch, deliver, retry, clean up."""
