"""What `compare` is made of: the processes it runs, the rounds it runs them in, the table it prints."""
